import { randomDocuments } from '../tests/properties/random-documents.ts';
import { plan } from '../stages/plan.ts';
import { deserialize, EJSON } from 'bson';
import { elementsOf, boxed } from '../tests/properties/raw-elements.ts';
import { boxed as own } from '../engine/boxed.ts';
const all = randomDocuments(plan, 600, Number(process.argv[2]));
const d = all.get(process.argv[3]!)!.find((x) => x.key === process.argv[4])!;
function walk(bytes: Uint8Array, path: string) {
  for (const e of elementsOf(bytes)) {
    const p = path + e.name;
    const v = deserialize(boxed(e), { promoteValues: false, bsonRegExp: true })['v'];
    if (!own(v).equals(boxed(e))) console.log(p, e.type, typeof v === 'object' ? v?.constructor?.name : typeof v, EJSON.stringify({v}).slice(0, 300), boxed(e).toString('latin1').slice(0,200));
    if (e.type === 3 || e.type === 4) walk(e.payload, p + '.');
  }
}
walk(d.bytes, '');
