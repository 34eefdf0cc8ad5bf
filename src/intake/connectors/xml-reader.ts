import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { readText } from './file-text.ts';
import type { RecordRow } from './raw-page.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { XmlRows } from './xml-rows.ts';

/**
 * The rows of an XML file, a chunk at a time.
 *
 * @throws BAD_XML, XML_DOCUMENT_TYPE, XML_TOO_DEEP, XML_TOO_LARGE, NO_ROWS, FILE_TRUNCATED, FILE_ENCODING; the rows
 *   before stay good
 */
export async function* readXml(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<RecordRow[]> {
  const rows = new XmlRows(source.rows ?? 'row');
  for await (const text of readText(file, source)) yield rows.push(text);
  rows.end();
}
