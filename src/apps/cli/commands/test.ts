import { Command } from 'commander';
import { systemClock } from '../../../infra/clock/index.ts';
import { loadConnector } from '../../../intake/connectors/index.ts';
import { expectSamples, judgedOn, tryConnector, type ConnectorTrial } from '../../../intake/trial/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';
import { EXIT } from '../exit-codes.ts';
import { connectorFolder } from './check.ts';

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value];

/** First rows in which samples and expectation differ, both as they are. */
function differenceLines({ samples }: ConnectorTrial): string[] {
  if (samples === null)
    return ['  – no samples: put some below samples/ and what becomes of them below expected/'];
  const found = listOf(samples.found);
  const expected = listOf(samples.expected);
  const places = Array.from({ length: Math.max(found.length, expected.length) }, (_, place) => place);
  const differing = places.filter((it) => JSON.stringify(found[it]) !== JSON.stringify(expected[it]));
  if (differing.length === 0) return [`  ✓ samples: ${String(found.length)} as expected`];
  return differing
    .slice(0, 5)
    .flatMap((it) => [
      `  ✗ sample ${String(it + 1)}`,
      `      expected ${JSON.stringify(expected[it] ?? null)}`,
      `      found    ${JSON.stringify(found[it] ?? null)}`,
    ]);
}

function trialLines(trial: ConnectorTrial): string {
  const tests = trial.tests.map((it) =>
    it.ok
      ? `  ✓ test ${String(it.place)}: ${it.expected}`
      : `  ✗ test ${String(it.place)}: expected ${it.expected}; found ${it.found}`,
  );
  return [`${trial.ok ? '✓' : '✗'} ${trial.id}`, ...tests, ...differenceLines(trial)].join('\n');
}

/** `xinqiao test`: a connector's own tests, without store and network. */
export function testCommand(): Command {
  return withConnectors(new Command('test'))
    .description('试验 – runs the tests of a manifest, and its samples against what the folder expects')
    .argument('<connector...>', 'ids or folders; needs neither stores nor network')
    .option('--update', 'takes what becomes of the samples now as what is expected of them')
    .option('--json', 'one JSON object a connector: id, ok, tests, samples')
    .addHelpText(
      'after',
      `
A test in connector.yml gives one row and says what must become of it:
  tests:
    - { given: { XK_WSH: A1, XK_XDR_SHXYM: 91370306QQQQ00013X }, expect: { reject: [BAD_USCC_CHECK] } }
    - { given: { … }, expect: { accept: { documentNo: A1 } } }   (or warn: [LATE], or refuse: true)
Samples stand below samples/, what becomes of them in expected/verdicts.json, judged on the day that
expected/judged-on.txt names. After a change of the manifest that is meant, --update writes them anew. What only the registry
can tell – whether name and code belong together – is not checked. Exit: 0 all as expected · 1 something is not.`,
    )
    .action(async (given: string[], options: { connectors: string; update?: boolean; json?: boolean }) => {
      const catalogue = catalogueIn(options.connectors);
      let ok = true;
      for (const id of given) {
        const connector = loadConnector(connectorFolder(id, options.connectors), catalogue);
        if (options.update === true)
          await expectSamples(connector, catalogue, judgedOn(connector.directory, systemClock));
        const trial = await tryConnector(connector, catalogue, systemClock);
        ok &&= trial.ok;
        process.stdout.write(`${options.json === true ? JSON.stringify(trial) : trialLines(trial)}\n`);
      }
      process.exitCode = ok ? EXIT.ok : EXIT.failed;
    });
}
