import type { Tried } from './placed.ts';

/** Objects of one value each, written from the BSON specification 1.1: type, name and payload in hex. */
const VALUES: Readonly<Record<string, string>> = {
  'a double': '01 6100 000000000000f83f',
  'a whole double': '01 6100 000000000000f03f',
  'negative zero': '01 6100 0000000000000080',
  'NaN with a sign': '01 6100 000000000000f8ff',
  infinity: '01 6100 000000000000f0ff',
  'a text': '02 6100 04000000 eab08000',
  'an empty text': '02 6100 01000000 00',
  'a text with U+0000': '02 6100 04000000 61006200',
  'a text that is no UTF-8': '02 6100 02000000 ff00',
  'an object that looks like an ObjectId': '03 6100 12000000 02 246f696400 03000000 616200 00',
  'an object with a key _bsontype': '03 6100 1d000000 02 5f62736f6e7479706500 09000000 4f626a656374496400 00',
  'a DBRef to fs.files': '03 6100 25000000 02 2472656600 09000000 66732e66696c657300 12 24696400 0100000000002000 00',
  'a name that stands twice': '03 6100 13000000 10 6200 01000000 10 6200 02000000 00',
  'whole-number names that descend': '03 6100 13000000 10 3200 07000000 10 3100 09000000 00',
  'an array': '04 6100 0c000000 10 3000 01000000 00',
  'an array whose names begin at 1': '04 6100 0c000000 10 3100 01000000 00',
  'an array whose names are all 0': '04 6100 13000000 10 3000 01000000 10 3000 02000000 00',
  'an array with a name of JavaScript': '04 6100 15000000 09 6c656e67746800 ffffffffffffff7f 00',
  'an old binary': '05 6100 07000000 02 03000000 010203',
  'a UUID of five bytes': '05 6100 05000000 04 0102030405',
  undefined: '06 6100',
  'an ObjectId': '07 6100 65a0b1c2aabbccddee000001',
  'a truth of 2': '08 6100 02',
  'a date beyond JavaScript': '09 6100 ffffffffffffff7f',
  'a date before the year 0': '09 6100 0000000000000080',
  null: '0a 6100',
  'a regular expression': '0b 6100 5e6100 696d00',
  'a regular expression of unsorted options': '0b 6100 5e6100 6d6900',
  'a regular expression that is no UTF-8': '0b 6100 ff00 00',
  'a pointer': '0c 6100 05000000 612e626300 65a0b1c2aabbccddee000001',
  code: '0d 6100 03000000 7b7d00',
  'a symbol': '0e 6100 02000000 7300',
  'code with a 64-bit number in its scope':
    '0f 6100 1e000000 03000000 7b7d00 13000000 12 7a61626300 0100000000002000 00',
  'an int': '10 6100 ffffffff',
  'a timestamp': '11 6100 ffffffffffffffff',
  'a small long': '12 6100 0500000000000000',
  'a long beyond doubles': '12 6100 0100000000002000',
  'a decimal': '13 6100 64000000000000000000000000003c30',
  'a decimal NaN with a payload': '13 6100 1200000000000000000000000000007c',
  'the least key': 'ff 6100',
  'the greatest key': '7f 6100',
  'a type that is none': '20 6100 00',
  'an object that is longer than its place': '03 6100 ff000000 00',
};

export function specified(): Tried[] {
  return Object.entries(VALUES).map(([name, hex]) => {
    const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const object = Buffer.concat([Buffer.alloc(4), body, Buffer.of(0)]);
    object.writeInt32LE(object.length);
    return { name, object };
  });
}
