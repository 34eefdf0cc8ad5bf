import { connectorSchema } from '../../../src/contracts/manifests/index.ts';
import { readSource } from '../../../src/intake/connectors/index.ts';

/** Reads a source from SFTP up to its first page, says so, and stays where it is until it is killed. */
const manifest = connectorSchema.parse({
  apiVersion: 'xinqiao/v1',
  kind: 'Connector',
  metadata: {
    id: 'test-source',
    title: { zh: '测试', en: 'test' },
    owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
    dataset: 'housing_presale@1',
    legalBasis: { document: '测试办法', article: '第一条' },
  },
  source: JSON.parse(process.env['XINQIAO_TEST_SOURCE'] ?? '') as unknown,
  map: { 'subject.uscc': 'DM', 'subject.name': 'MC' },
});
const reading = {
  cursor: null,
  isRead: () => false,
  onFault: (error: unknown): never => {
    throw error as Error;
  },
};
for await (const page of readSource({ ...manifest, directory: '.', revision: '0' }, reading)) {
  process.stdout.write(`${String(page.rows.length)}\n`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}
