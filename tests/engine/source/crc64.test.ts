import { expect, test } from '@jest/globals';
import { Crc64 } from '../../../engine/source/dump/crc64.ts';

test('CRC-64 of the catalogue of CRCs (CRC-64/XZ, check value) is met however the bytes are cut', () => {
  for (let cut = 0; cut <= 9; cut++) {
    const crc = new Crc64();
    crc.update(Buffer.from('123456789').subarray(0, cut));
    crc.update(Buffer.from('123456789').subarray(cut));
    expect(BigInt.asUintN(64, crc.digest())).toBe(0x995dc9bbdf1939fan);
  }
  expect(new Crc64().digest()).toBe(0n);
});
