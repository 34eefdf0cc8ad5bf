import type { Command } from 'commander';

/**
 * THE table of verbs, in the order of `--help`. Each is loaded when it is asked for: what reads workbooks or serves a
 * hub costs a verb nothing that does neither.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  init: async () => (await import('./init.ts')).initCommand(),
  replay: async () => (await import('./replay.ts')).replayCommand(),
  state: async () => (await import('./state.ts')).stateCommand(),
  schedules: async () => (await import('./schedules.ts')).schedulesCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  catalogue: async () => (await import('./catalogue.ts')).catalogueCommand(),
  discover: async () => (await import('./discover.ts')).discoverCommand(),
  preview: async () => (await import('./preview.ts')).previewCommand(),
  test: async () => (await import('./test.ts')).testCommand(),
  quarantine: async () => (await import('./quarantine.ts')).quarantineCommand(),
  conversions: async () => (await import('./conversions.ts')).conversionsCommand(),
  query: async () => (await import('./query.ts')).queryCommand(),
  reconcile: async () => (await import('./reconcile.ts')).reconcileCommand(),
  deliveries: async () => (await import('./deliveries.ts')).deliveriesCommand(),
  holders: async () => (await import('./holders.ts')).holdersCommand(),
  partners: async () => (await import('./partners.ts')).partnersCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  supergraph: async () => (await import('./supergraph.ts')).supergraphCommand(),
  gateway: async () => (await import('./gateway.ts')).gatewayCommand(),
  tokens: async () => (await import('./tokens.ts')).tokensCommand(),
  reads: async () => (await import('./reads.ts')).readsCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  code: async () => (await import('./code.ts')).codeCommand(),
};
