import { config } from 'dotenv';
import { defineConfig } from 'prisma/config';

config({ quiet: true });
const url = process.env.DATABASE_URL;

/** For Prisma's own command line. Without DATABASE_URL what needs no database (`generate`, `validate`) still works. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
