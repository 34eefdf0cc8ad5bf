import { FIRST_QUESTION } from '../pages/index.ts';
import { SANDBOX_ORGANISATIONS } from './organisations.ts';
import type { RunningSandbox } from './start-sandbox.ts';

/** The sandbox as one object for machines. */
export function sandboxFacts({ url, partner }: Pick<RunningSandbox, 'url' | 'partner'>): object {
  return {
    sandbox: true,
    url,
    partner,
    organisations: SANDBOX_ORGANISATIONS.map(({ uscc, name, state }) => ({ uscc, name, state })),
  };
}

/** What the sandbox serves, for a person: addresses, organisations, a partner to sign as, a first question. */
export function sandboxWords({ url, partner }: Pick<RunningSandbox, 'url' | 'partner'>): string {
  const query = FIRST_QUESTION.query.replaceAll(/\s+/g, ' ').trim();
  const question = JSON.stringify({ ...FIRST_QUESTION, query });
  const organisations = SANDBOX_ORGANISATIONS.map(
    ({ uscc, state, zh, en }) => `  ${uscc}  ${state.padEnd(12)}${zh} – ${en}`,
  );
  return `
信桥沙箱 Xinqiao sandbox – made-up organisations only; every start begins anew, Ctrl-C ends it.

  GraphQL    ${url}/graphql
  GraphiQL   ${url}/graphiql
  模式 SDL   ${url}/schema.graphql
  错误 errors ${url}/errors
  状态 status ${url}/status

Organisations 组织
${organisations.join('\n')}

Sign as a partner 签名查询 (sees what only authorities see)
  --as ${partner.id} --purpose ${partner.purpose} --key-id ${partner.keyId}
  --key ${partner.keyFile}

A first question 第一次查询
  curl -s ${url}/graphql -H 'content-type: application/json' \\
    -d '${question}'

Ten minutes from here: docs/quickstart-partner.md
`;
}
