import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cbor, readCbor } from './cbor.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

// RFC 8949 appendix A, as far as authenticators write it.
const read: readonly { readonly bytes: string; readonly value: Cbor }[] = [
  { bytes: '00', value: 0 },
  { bytes: '17', value: 23 },
  { bytes: '18 18', value: 24 },
  { bytes: '19 03e8', value: 1000 },
  { bytes: '18 ff', value: 255 },
  { bytes: '19 0100', value: 256 },
  { bytes: '1a 00010000', value: 65_536 },
  { bytes: '1a 000f4240', value: 1_000_000 },
  { bytes: '1b 0000000100000000', value: 2 ** 32 },
  { bytes: '1b 000000e8d4a51000', value: 1_000_000_000_000 },
  { bytes: '1b 001ffffffffffffe', value: Number.MAX_SAFE_INTEGER - 1 },
  { bytes: '20', value: -1 },
  { bytes: '39 03e7', value: -1000 },
  { bytes: 'f4', value: false },
  { bytes: 'f5', value: true },
  { bytes: 'f6', value: null },
  { bytes: '60', value: '' },
  { bytes: '62 c3bc', value: 'ü' },
  { bytes: '63 efbbbf', value: '\ufeff' },
  { bytes: '80', value: [] },
  { bytes: '83 01 82 02 03 82 04 05', value: [1, [2, 3], [4, 5]] },
  { bytes: 'a2 01 02 03 04', value: new Map([[1, 2], [3, 4]]) }, // biome-ignore format: one line
  { bytes: 'a2 61 61 01 61 62 82 02 03', value: new Map<string, Cbor>([['a', 1], ['b', [2, 3]]]) }, // biome-ignore format: one line
  { bytes: 'a3 01 00 20 00 61 61 00', value: new Map<number | string, Cbor>([[1, 0], [-1, 0], ['a', 0]]) }, // biome-ignore format: one line
  { bytes: 'a2 19 0100 00 61 61 00', value: new Map<number | string, Cbor>([[256, 0], ['a', 0]]) }, // biome-ignore format: one line
  { bytes: 'a3 01 00 20 00 21 00', value: new Map([[1, 0], [-1, 0], [-2, 0]]) }, // biome-ignore format: one line
  { bytes: '81 81 81 80', value: [[[[]]]] },
]

for (const { bytes, value } of read) {
  test(`CBOR is read: ${bytes}`, () => {
    assert.deepEqual(readCbor(hex(bytes)), { value, end: hex(bytes).length })
  })
}

test('bytes are read, and where they end', () => {
  const { value, end } = readCbor(hex('ff 44 01020304 00'), 1)
  assert.deepEqual([Buffer.from(value as Uint8Array).toString('hex'), end], ['01020304', 6])
})

const refused: readonly { readonly name: string; readonly bytes: string }[] = [
  { name: 'nothing', bytes: '' },
  { name: 'a number in more bytes than it takes', bytes: '18 17' },
  { name: 'a number of two bytes in four', bytes: '1a 0000ffff' },
  { name: 'a number of four bytes in eight', bytes: '1b 00000000ffffffff' },
  { name: 'a number that a double holds, and not if it were negative', bytes: '1b 001fffffffffffff' },
  { name: 'a number that a double does not hold', bytes: '1b 0020000000000000' },
  { name: 'a number that ends early', bytes: '19 03' },
  { name: 'a length in more bytes than it takes', bytes: '58 01 00' },
  { name: 'a reserved length', bytes: '1c' },
  { name: 'bytes without a length', bytes: '5f 41 00 ff' },
  { name: 'text without a length', bytes: '7f 61 61 ff' },
  { name: 'an array without a length', bytes: '9f 00 ff' },
  { name: 'a map without a length', bytes: 'bf 61 61 00 ff' },
  { name: 'bytes that end early', bytes: '44 010203' },
  { name: 'four thousand million bytes that are not there', bytes: '5a ffffffff' },
  { name: 'an array longer than the input', bytes: '9a ffffffff 00' },
  { name: 'a map longer than the input', bytes: 'ba ffffffff 00 00' },
  { name: 'text that is not UTF-8', bytes: '61 ff' },
  { name: 'a key twice', bytes: 'a2 01 00 01 00' },
  { name: 'a negative key twice', bytes: 'a2 20 00 20 00' },
  { name: 'keys out of order', bytes: 'a2 03 00 01 00' },
  { name: 'a key of three bytes before one of two', bytes: 'a2 19 0100 00 18 ff 00' },
  { name: 'a negative key before a longer positive one', bytes: 'a2 20 00 19 0100 00' },
  { name: 'a longer key before a shorter one', bytes: 'a2 62 6161 00 61 62 00' },
  { name: 'a text key before a number', bytes: 'a2 61 61 00 01 00' },
  { name: 'a text key before a longer number', bytes: 'a2 61 61 00 19 0100 00' },
  { name: 'a key of bytes', bytes: 'a1 41 00 00' },
  { name: 'a key that is a map', bytes: 'a1 a0 00' },
  { name: 'a map that ends behind a key', bytes: 'a1 01' },
  { name: 'a tag', bytes: 'c0 61 61' },
  { name: 'undefined', bytes: 'f7' },
  { name: 'a simple value that has no meaning', bytes: 'f8 ff' },
  { name: 'half a float', bytes: 'f9 3c00' },
  { name: 'a float', bytes: 'fa 47c35000' },
  { name: 'a double', bytes: 'fb 3ff199999999999a' },
  { name: 'a break', bytes: 'ff' },
  { name: 'five levels', bytes: '81 81 81 81 80' },
  { name: 'five levels of maps', bytes: 'a1 01 a1 01 a1 01 a1 01 a0' },
]

for (const { name, bytes } of refused) {
  test(`CBOR is refused: ${name}`, () => {
    assert.throws(() => readCbor(hex(bytes)), { name: 'CeremonyFault', reason: 'cbor_malformed' })
  })
}
