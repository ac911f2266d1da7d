import { randomDocuments } from '../tests/properties/random-documents.ts';
import { plan } from '../stages/plan.ts';
const n = Number(process.argv[2] ?? 300);
console.time('gen');
const all = randomDocuments(plan, n, 1);
console.timeEnd('gen');
for (const [c, d] of all) console.log(c, d.length, d.reduce((s, x) => s + x.bytes.length, 0), new Set(d.map((x) => x.key)).size, d.filter(x=>!x.sound).slice(0, 3).map((x) => x.shape));
