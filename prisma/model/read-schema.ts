import { stripVTControlCharacters } from 'node:util';
import { getDMMF } from '@prisma/get-dmmf';
import schemaFiles from '@prisma/schema-files-loader';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { schemaInvalid, schemaMissing } from '../../engine/messages/engine/target.ts';
import { describeTarget } from './describe-target.ts';
import type { TargetModel } from './target-model.ts';

/**
 * The target that a Prisma schema describes, as Prisma itself reads it.
 * @param place a schema file, or a folder of several (`prisma/models`)
 * @throws ConfigurationError when there is no schema, or Prisma does not accept it
 * @example const target = await readSchema('prisma/schema.prisma');
 */
export async function readSchema(place: string): Promise<TargetModel> {
  const files = await schemaFiles.loadSchemaFiles(place).catch(() => []);
  if (files.length === 0) throw new ConfigurationError([schemaMissing({ place })]);
  const answer = getDMMF({ datamodel: files });
  if ('datamodel' in answer) return describeTarget(answer.datamodel as Parameters<typeof describeTarget>[0]);
  throw new ConfigurationError([schemaInvalid({ place, why: whyNot(answer.error.message) })]);
}

/** Prisma's own words, without the colours that it has for terminals. */
function whyNot(message: string): string {
  const plain = (JSON.parse(message) as { readonly message: string }).message;
  return stripVTControlCharacters(plain).trim();
}
