import { createHash } from 'node:crypto';
import { type Document, serialize } from 'bson';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import type { Expectation } from '../../../scripts/demo/data/flaws/flaw.ts';
import { COLLECTIONS, type CollectionName, type DemoOptions } from '../../../scripts/demo/data/options.ts';
import { models } from '../../../stages/models/index.ts';

export const MODELS = {
  users: models.user,
  artists: models.artist,
  projects: models.project,
  fundingprojects: models.fundingProject,
  payments: models.payment,
};

/** Required references, written out by hand; `[]` steps into every element. */
export const REQUIRED: readonly [CollectionName, string, CollectionName][] = [
  ['artists', 'userId', 'users'],
  ['projects', 'artist', 'users'],
  ['fundingprojects', 'artist', 'users'],
  ['fundingprojects', 'revenueDistribution.distributions[].backer', 'users'],
  ['payments', 'projectId', 'fundingprojects'],
  ['payments', 'backerId', 'users'],
];
export const OPTIONAL: readonly [CollectionName, string, CollectionName][] = [
  ['projects', 'approvedBy', 'users'],
  ['projects', 'tasks[].assignedTo', 'users'],
  ['projects', 'team[].user', 'users'],
  ['projects', 'notes[].author', 'users'],
  ['fundingprojects', 'backers[].user', 'users'],
];

export type Everything = Readonly<Record<CollectionName, Document[]>>;

export function all(options: DemoOptions = {}): Everything {
  const documents = demoDocuments(options);
  return Object.fromEntries(COLLECTIONS.map((name) => [name, [...documents[name]]])) as Record<
    CollectionName,
    Document[]
  >;
}

export function digest(options: DemoOptions): string {
  const hash = createHash('sha256');
  for (const name of COLLECTIONS) for (const document of demoDocuments(options)[name]) hash.update(serialize(document));
  return hash.digest('hex');
}

/** Every value at a path, nulls left out. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let values = [value];
  for (const step of path.replaceAll('[]', '.[]').split('.')) {
    values = values.flatMap((at) => (step === '[]' ? at : [(at as Document | null)?.[step]]));
  }
  return values.filter((at) => at !== undefined && at !== null);
}

export function idsAt(document: Document, path: string): string[] {
  return valuesAt(document, path).map(String);
}

export function keyOf({ collection, id }: Expectation): string {
  return `${collection}/${id}`;
}
