import { readFolders } from './rooms/folders.ts';
import { readImports } from './rooms/imports.ts';
import { judgeRooms } from './rooms/judge.ts';
import { FOLDERS, readLadder } from './rooms/ladder.ts';
import { projectFolder } from './servers/project.ts';

/** `npm run check:rooms`: prints the rooms of docs/architecture.md with their arrows, and what is against that page. */
const { files } = await readImports(projectFolder, FOLDERS);
const folders = await readFolders(projectFolder, [...FOLDERS, 'tests']);
const { rooms, wrong, circles, upward } = judgeRooms(await readLadder(projectFolder), files, folders);

for (const { name, files, to } of rooms) console.log(`${name} (${files} files) → ${to.join(', ') || 'nothing'}`);
console.log(`\n${circles} circles, ${upward} arrows upward; the fullest folders:`);
for (const { folder, entries } of folders.slice(0, 5)) console.log(`  ${folder}: ${entries}`);
for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;
