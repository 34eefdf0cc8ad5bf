import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { SurveyedFile } from './surveyed-file.ts';

const MARKS: readonly (readonly [mark: string, encoding: string])[] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xff\xfe', 'utf-16le'],
  ['\xfe\xff', 'utf-16be'],
];

/** The encoding that the beginning of an XML text declares, or null. @param head as Latin-1 */
export function xmlEncodingIn(head: string): string | null {
  const label = /^(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding=["']([\w-]+)["']/.exec(head)?.[1];
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function encodingOf(source: FileSourceSpec, { survey }: SurveyedFile): string {
  if (source.encoding !== 'auto') return new TextDecoder(source.encoding).encoding;
  const marked = MARKS.find(([mark]) => survey.head.startsWith(mark))?.[1];
  const declared = source.format === 'xml' ? xmlEncodingIn(survey.head) : null;
  return marked ?? declared ?? (survey.isUtf8 ? 'utf-8' : 'gb18030');
}

/**
 * The text of a file, a chunk at a time.
 *
 * @throws FILE_ENCODING where lines are in UTF-8 and in something else, or the whole file is UTF-8 and is declared
 *   something else: each line of it would pass for other Chinese words
 */
export async function* readText(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<string> {
  const encoding = encodingOf(source, file);
  const { utf8Lines, otherLines } = file.survey;
  if (utf8Lines > 0 && ['gb18030', 'gbk', 'big5'].includes(encoding)) {
    const message =
      otherLines === 0
        ? `the file is UTF-8 and the manifest says ${encoding}`
        : `${utf8Lines} lines of the file are UTF-8 and ${otherLines} are not: save it in one encoding`;
    throw new HubError('FILE_ENCODING', 'refused', message, { details: { utf8Lines, otherLines } });
  }
  const decoder = new TextDecoder(encoding);
  for await (const chunk of file.chunks()) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
