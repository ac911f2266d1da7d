import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { parse } from '@swc/core';

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

/** Files with what they import; a file that imports nothing is listed, too. */
export interface Imports {
  readonly sources: readonly string[];
  readonly files: readonly Import[];
  readonly packages: readonly PackageImport[];
}

/**
 * Every import of the TypeScript files under some folders, read from the syntax tree. Generated code is not read.
 * @param project the project's folder
 * @param folders folders of it, such as `engine`
 */
export async function readImports(project: string, folders: readonly string[]): Promise<Imports> {
  const sources = (await Promise.all(folders.map((folder) => sourcesOf(project, folder)))).flat();
  const files: Import[] = [];
  const packages: PackageImport[] = [];
  for (const from of sources) {
    for (const { source, typeOnly } of await specifiers(join(project, from))) {
      if (source.startsWith('.')) files.push({ from, to: posix.join(posix.dirname(from), source), typeOnly });
      else packages.push({ from, name: source });
    }
  }
  return { sources, files, packages };
}

async function sourcesOf(project: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .filter((path) => !path.includes('/generated/'))
    .sort();
}

interface Specifier {
  readonly source: string;
  readonly typeOnly: boolean;
}

async function specifiers(file: string): Promise<Specifier[]> {
  const text = await readFile(file, 'utf8');
  const { body } = await parse(text, { syntax: 'typescript', target: 'es2022' });
  const found: Specifier[] = [];
  for (const item of body) {
    if (item.type === 'ImportDeclaration') found.push({ source: item.source.value, typeOnly: item.typeOnly });
    else if (item.type === 'ExportAllDeclaration') found.push({ source: item.source.value, typeOnly: false });
    else if (item.type === 'ExportNamedDeclaration' && item.source) {
      found.push({ source: item.source.value, typeOnly: (item as { typeOnly?: boolean }).typeOnly === true });
    }
  }
  // Imports inside expressions (what is loaded when it is asked for) and types that are named by their file.
  for (const [, source] of text.matchAll(/\bimport\('([^']+)'\)/g)) found.push({ source: source!, typeOnly: false });
  return found;
}
