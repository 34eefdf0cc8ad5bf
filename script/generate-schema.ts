import { writeFileSync } from 'node:fs';
import { loadCatalogue } from '../src/registry/catalogue/index.ts';
import { composeSupergraph, referenceParts } from '../src/api/gateway/index.ts';

/** Writes the generated subgraphs and the reference supergraph below `schema/`; the gate checks that they are fresh. */
const here = (path: string): URL => new URL(`../${path}`, import.meta.url);

const catalogue = loadCatalogue(here('connectors').pathname);
const { parts, generated } = referenceParts(catalogue.datasets);
for (const [name, sdl] of Object.entries(generated)) writeFileSync(here(`schema/${name}.graphql`), sdl);
writeFileSync(here('schema/supergraph.graphql'), `${composeSupergraph(parts).sdl}\n`);
process.stdout.write(`schema: ${Object.keys(generated).length} generated subgraphs, 1 supergraph\n`);
