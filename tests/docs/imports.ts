import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { parse } from '@swc/core';
import { project } from '../support/scripts.ts';

/** One import (or re-export) of a file of the project by another one; both are paths from the project's folder. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

/** A package that a file imports. */
export interface PackageImport {
  readonly from: string;
  readonly name: string;
}

/** Every import under these folders, read from the syntax tree; generated code is nobody's to judge. */
export async function importsUnder(
  folders: readonly string[],
): Promise<{ files: readonly Import[]; packages: readonly PackageImport[] }> {
  const files: Import[] = [];
  const packages: PackageImport[] = [];
  for (const from of (await Promise.all(folders.map(sourcesOf))).flat()) {
    for (const { source, typeOnly } of await specifiers(from)) {
      if (source.startsWith('.')) files.push({ from, to: posix.join(posix.dirname(from), source), typeOnly });
      else packages.push({ from, name: source });
    }
  }
  return { files, packages };
}

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .filter((path) => !path.startsWith('prisma/generated/'))
    .sort();
}

interface Specifier {
  readonly source: string;
  readonly typeOnly: boolean;
}

async function specifiers(file: string): Promise<Specifier[]> {
  const text = await readFile(join(project, file), 'utf8');
  const { body } = await parse(text, { syntax: 'typescript', target: 'es2022' });
  const found: Specifier[] = [];
  for (const item of body) {
    if (item.type === 'ImportDeclaration') found.push({ source: item.source.value, typeOnly: item.typeOnly });
    else if (item.type === 'ExportAllDeclaration') found.push({ source: item.source.value, typeOnly: false });
    else if (item.type === 'ExportNamedDeclaration' && item.source) {
      found.push({ source: item.source.value, typeOnly: (item as { typeOnly?: boolean }).typeOnly === true });
    }
  }
  // Imports inside expressions: what is loaded when it is asked for.
  for (const [, source] of text.matchAll(/\bimport\('([^']+)'\)/g)) found.push({ source: source!, typeOnly: false });
  return found;
}
