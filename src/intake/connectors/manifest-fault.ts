/** What is wrong in a manifest, and the key it stands under. */
export type ManifestFault = { readonly path: readonly string[]; readonly message: string };
