import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  catalogueFileSchema,
  datasetSchema,
  type CatalogueItem,
  type Dataset,
} from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { readYamlFile } from '../../infra/files/index.ts';
import { requireReleased } from './released-files.ts';

/** A versioned code list: the source's words and the canonical code each one means. */
export type CodeList = {
  /** `<name>@<version>`. */
  readonly id: string;
  /** Canonical code by source word; a code also means itself. */
  readonly codes: ReadonlyMap<string, string>;
  /** Words that name a measure against a person: the row is refused. */
  readonly aboutPersons: ReadonlySet<string>;
  /** Chinese label by canonical code. */
  readonly labels: ReadonlyMap<string, string>;
};

/** Everything declared about records: items, datasets and code lists, immutable once released. */
export type Catalogue = {
  /** Dataset by `<name>@<version>`. @throws UNKNOWN_DATASET */
  getDataset(reference: string): Dataset;
  /** Dataset by `<name>@<version>`, or null. */
  findDataset(reference: string): Dataset | null;
  /** Newest version of each dataset, by name. */
  readonly datasets: readonly Dataset[];
  /** Items of the newest version of each catalogue, by code. */
  readonly items: ReadonlyMap<string, CatalogueItem>;
  /** Code list by `<name>@<version>`. @throws UNKNOWN_CODE_LIST */
  getCodeList(reference: string): CodeList;
};

function filesIn(directory: string, ending: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${directory} cannot be read`, { cause });
  }
  return entries.filter((it) => it.isFile() && it.name.endsWith(ending)).map((it) => it.name);
}

type Versioned = { readonly name: string; readonly version: number };

/** The versioned files of a folder by `<name>@<version>`. @throws BAD_FILE where name and content disagree */
function readVersioned<T extends Versioned>(directory: string, read: (path: string) => T): Map<string, T> {
  const files = new Map<string, T>();
  for (const name of filesIn(directory, '.yml')) {
    const file = read(join(directory, name));
    const reference = `${file.name}@${file.version}`;
    if (`${reference}.yml` !== name) {
      throw new HubError(
        'BAD_FILE',
        'config',
        `${name} declares ${reference}: file name and content must agree`,
      );
    }
    files.set(reference, file);
  }
  return files;
}

/** Newest version of each name. */
function newestOf<T extends Versioned>(files: Iterable<T>): T[] {
  const newest = new Map<string, T>();
  for (const file of files) {
    const known = newest.get(file.name);
    if (known === undefined || known.version < file.version) newest.set(file.name, file);
  }
  return [...newest.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** What is in no catalogue cannot be submitted. @throws BAD_FILE */
function requireItems(datasets: Iterable<Dataset>, items: ReadonlyMap<string, CatalogueItem>): void {
  const known = [...items.keys()].sort().join(', ');
  for (const { name, version, catalogueItem } of datasets) {
    if (items.has(catalogueItem)) continue;
    const message = `datasets/${name}@${version}.yml: the item ${catalogueItem} is in no catalogue; known are: ${known}`;
    throw new HubError('BAD_FILE', 'config', message);
  }
}

/** Columns of a code list: `word` (as sources write it), `code`, `label` (Chinese), `about` (`person` refuses the row). */
function readCodeList(directory: string, name: string): CodeList {
  const rows = parse<Record<'word' | 'code' | 'label' | 'about', string>>(
    readFileSync(join(directory, name)),
    {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    },
  );
  const codes = new Map<string, string>();
  const labels = new Map<string, string>();
  const aboutPersons = new Set<string>();
  for (const row of rows) {
    if (row.about === 'person') aboutPersons.add(row.word);
    else {
      codes.set(row.word, row.code);
      codes.set(row.code, row.code);
      if (!labels.has(row.code)) labels.set(row.code, row.label);
    }
  }
  return { id: name.replace(/\.csv$/, ''), codes, labels, aboutPersons };
}

/**
 * Loads the catalogues, datasets and code lists below a connectors folder.
 *
 * @param directory folder with `catalogue/<area>@<v>.yml`, `datasets/<name>@<v>.yml` and `codes/<name>@<v>.csv`
 * @throws FILE_MISSING, BAD_FILE with every fault's place, RELEASED_FILE_CHANGED
 */
export function loadCatalogue(directory: string): Catalogue {
  requireReleased(directory);
  const catalogues = readVersioned(join(directory, 'catalogue'), (it) =>
    readYamlFile(it, catalogueFileSchema),
  );
  const items = new Map(
    newestOf(catalogues.values()).flatMap((it) => it.items.map((item) => [item.code, item])),
  );
  const byReference = readVersioned(join(directory, 'datasets'), (it) => readYamlFile(it, datasetSchema));
  requireItems(byReference.values(), items);
  const codesDirectory = join(directory, 'codes');
  const codeLists = new Map(
    filesIn(codesDirectory, '.csv').map((name) => {
      const list = readCodeList(codesDirectory, name);
      return [list.id, list] as const;
    }),
  );
  return {
    items,
    datasets: newestOf(byReference.values()),
    findDataset: (reference) => byReference.get(reference) ?? null,
    getDataset: (reference) => found(byReference, reference, 'UNKNOWN_DATASET'),
    getCodeList: (reference) => found(codeLists, reference, 'UNKNOWN_CODE_LIST'),
  };
}

function found<T>(map: ReadonlyMap<string, T>, reference: string, code: string): T {
  const value = map.get(reference);
  if (value !== undefined) return value;
  const known = [...map.keys()].sort().join(', ');
  throw new HubError(code, 'config', `${reference} is not among the released ones: ${known}`);
}
