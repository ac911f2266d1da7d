/**
 * A source's label for what Temporal keeps, where nothing looks like a connection string: `MongoDB at host:27017, database
 * platform`, `dump /backups/platform (database platform)`.
 */
export function sourceWords(label: string): string {
  const [, hosts, database] = /^mongodb(?:\+srv)?:\/\/([^/]*)\/(.*)$/.exec(label) ?? [];
  return hosts === undefined ? label.replace(/^dump:/, 'dump ') : `MongoDB at ${hosts}, database ${database}`;
}
