import { Argument, Command } from 'commander';
import { JSON_SCHEMA_NAMES, jsonSchemaOf } from '../../pages/index.ts';

/** `xinqiao schema`: the JSON Schema of a manifest or message, for editors without a network. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('格式 – prints the JSON Schema of a manifest or message, for editors and validators')
    .addArgument(new Argument('[name]', 'which one; all names when absent').choices(JSON_SCHEMA_NAMES))
    .addHelpText(
      'after',
      `
An editor with a YAML language server completes and checks a manifest that begins with
  # yaml-language-server: $schema=<file or address>
The same schemas are served by every hub below /schemas and stand in docs/schemas.`,
    )
    .action((name: string | undefined) => {
      const text =
        name === undefined ? JSON_SCHEMA_NAMES.join('\n') : JSON.stringify(jsonSchemaOf(name), null, 2);
      process.stdout.write(`${text}\n`);
    });
}
