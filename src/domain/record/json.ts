/** Any value of JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/**
 * What one authority states about one organisation: the dataset's fields by their canonical names.
 * Texts, calendar days (YYYY-MM-DD), money (万元 with six places, as text), codes, lists of codes, true/false.
 * It carries no provenance, no time of a hub's own and no derived field: it is what the content hash covers.
 */
export type Statement = { [name: string]: JsonValue };
