/**
 * The servers of this test run. Global setup starts them once and hands their addresses to the test processes through
 * these variables of the environment.
 */
const variables = {
  postgresUrl: 'TEST_POSTGRES_URL',
  templateDatabase: 'TEST_TEMPLATE_DATABASE',
  mongoUrl: 'TEST_MONGODB_URL',
  temporalAddress: 'TEST_TEMPORAL_ADDRESS',
} as const;

/** Where the servers of a test run are. */
export type ServerAddresses = { readonly [Key in keyof typeof variables]: string };

/** Called by global setup; the test processes inherit it. */
export function announceServers(addresses: Partial<ServerAddresses>): void {
  for (const [key, address] of Object.entries(addresses))
    process.env[variables[key as keyof ServerAddresses]] = address;
}

/** The superuser's URL of the maintenance database; tests work in databases of their own (`createDatabase`). */
export const postgresUrl = () => announced('postgresUrl');

/** The name of the migrated, empty database that test databases are copies of. */
export const templateDatabase = () => announced('templateDatabase');

/** The server's URL, without a database (`createMongoDatabase` gives one). */
export const mongoUrl = () => announced('mongoUrl');

/** host:port; the namespace is `default`. */
export const temporalAddress = () => announced('temporalAddress');

function announced(key: keyof ServerAddresses): string {
  const value = process.env[variables[key]];
  if (value === undefined) throw new Error('The servers of the test run are missing: start tests with `npm test`.');
  return value;
}
