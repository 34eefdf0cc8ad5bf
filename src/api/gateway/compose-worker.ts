import { parentPort } from 'node:worker_threads';
import { parse } from 'graphql';
import { composeParts } from './compose.ts';
import type { ComposeTask } from './compose-elsewhere.ts';

/** Composes what it is sent and answers, once. */
parentPort?.once('message', (task: ComposeTask) => {
  const parts = task.map(({ name, sdl, url }) => ({ name, typeDefs: parse(sdl), url }));
  parentPort?.postMessage(composeParts(parts));
});
