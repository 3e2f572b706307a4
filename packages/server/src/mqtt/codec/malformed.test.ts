import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decoder } from './decode.ts'
import type { Protocol } from './packets.ts'
import type { ProtocolError } from './reasons.ts'

type Reason = ProtocolError['reason']

const bad: Reason = 'malformed_packet'
const breach: Reason = 'protocol_error'

const refused: [name: string, protocol: Protocol, hex: string, reason: Reason][] = [
  // the fixed header
  ['packet type 0', 4, '0000', bad],
  ['a remaining length of five bytes', 4, '30ffffffff01', bad],
  ['a remaining length that is longer than it needs to be', 5, 'c08000', bad],
  ['a flag on PINGREQ', 4, 'c100', bad],
  ['a flag on CONNECT', 4, '110d 00044d515454 04 02 003c 0001 61', bad],
  ['a flag on PUBACK', 4, '4102 0001', bad],
  ['PUBREL without its flag', 4, '6002 0001', bad],
  ['SUBSCRIBE without its flag', 4, '8006 0001 0001 61 00', bad],
  ['UNSUBSCRIBE without its flag', 4, 'a005 0001 0001 61', bad],
  ['a flag on DISCONNECT', 4, 'e100', bad],
  ['PINGREQ with a body', 4, 'c00100', bad],
  ['AUTH in 3.1.1', 4, 'f000', bad],
  ['DISCONNECT with a body in 3.1.1', 4, 'e00100', bad],
  ['PUBACK with a reason in 3.1.1', 4, '4003 0001 00', bad],
  // CONNECT
  ['an empty CONNECT', 4, '1000', bad],
  ['a protocol name that is not MQTT', 4, '100d 00044d515458 04 02 003c 0001 61', bad],
  ['a protocol name in small letters', 4, '100d 00046d717474 04 02 003c 0001 61', bad],
  [
    'level 3 under its old name',
    4,
    '100f 00064d5149736470 03 02 003c 0001 61',
    'unsupported_protocol_version',
  ],
  ['level 3 under the new name', 4, '100d 00044d515454 03 02 003c 0001 61', 'unsupported_protocol_version'],
  ['level 6', 4, '100e 00044d515454 06 02 003c 00 0001 61', 'unsupported_protocol_version'],
  ['level 0x84 of a bridge', 4, '100d 00044d515454 84 02 003c 0001 61', 'unsupported_protocol_version'],
  ['the reserved connect flag', 4, '100d 00044d515454 04 03 003c 0001 61', bad],
  ['a will QoS without a will', 4, '100d 00044d515454 04 0a 003c 0001 61', bad],
  ['a will retain without a will', 4, '100d 00044d515454 04 22 003c 0001 61', bad],
  ['a will of QoS 3', 4, '1012 00044d515454 04 1e 003c 0001 61 0001 77 0000', bad],
  ['a password without a user name in 3.1.1', 4, '1010 00044d515454 04 42 003c 0001 61 0001 70', bad],
  ['a user name that is announced and missing', 4, '100d 00044d515454 04 82 003c 0001 61', bad],
  ['something after the last field of CONNECT', 4, '100e 00044d515454 04 02 003c 0001 61 00', bad],
  ['a client id that ends after its packet', 4, '100d 00044d515454 04 02 003c 0002 61', bad],
  [
    'a will topic with a wildcard',
    4,
    '1012 00044d515454 04 06 003c 0001 61 0001 23 0000',
    'malformed_packet',
  ],
  ['an empty will topic', 4, '1011 00044d515454 04 06 003c 0001 61 0000 0000', 'malformed_packet'],
  ['a will topic with a line break', 4, '1012 00044d515454 04 06 003c 0001 61 0001 0a 0000', bad],
  ['a user name with an escape character', 4, '1010 00044d515454 04 82 003c 0001 61 0001 1b', bad],
  ['a user name with U+0085', 5, '1012 00044d515454 05 82 003c 00 0001 61 0002 c285', bad],
  ['authentication data without a method', 5, '1012 00044d515454 05 02 003c 04 16 0001 61 0001 61', breach],
  ['a receive maximum of zero', 5, '1011 00044d515454 05 02 003c 03 21 0000 0001 61', breach],
  ['a maximum packet size of zero', 5, '1013 00044d515454 05 02 003c 05 27 00000000 0001 61', breach],
  [
    'a session expiry that is there twice',
    5,
    '1018 00044d515454 05 02 003c 0a 11 00000001 11 00000001 0001 61',
    breach,
  ],
  ['request problem information 2', 5, '1010 00044d515454 05 02 003c 02 17 02 0001 61', breach],
  ['a property of CONNACK in CONNECT', 5, '1011 00044d515454 05 02 003c 03 13 0001 0001 61', bad],
  ['a property that does not exist', 5, '1010 00044d515454 05 02 003c 02 04 00 0001 61', bad],
  ['properties that end after their packet', 5, '100e 00044d515454 05 02 003c 10 0001 61', bad],
  ['a property that ends after the properties', 5, '1010 00044d515454 05 02 003c 02 21 00 0001 61', bad],
  [
    'a property length that is longer than it needs to be',
    5,
    '100f 00044d515454 05 02 003c 8000 0001 61',
    bad,
  ],
  ['a will delay outside of the will', 5, '1013 00044d515454 05 02 003c 05 18 00000001 0001 61', bad],
  // CONNACK
  ['a reserved flag in CONNACK', 4, '2002 02 00', bad],
  ['return code 6 in 3.1.1', 4, '2002 00 06', bad],
  ['a CONNACK of MQTT 5 without properties', 5, '2002 00 00', bad],
  ['a reason that CONNACK cannot have', 5, '2003 00 8b 00', bad],
  // PUBLISH
  ['QoS 3', 4, '3606 0001 61 0001 78', bad],
  ['a duplicate in QoS 0', 4, '3803 0001 61', bad],
  ['a topic with #', 4, '3003 0001 23', 'malformed_packet'],
  ['a topic with +', 4, '3003 0001 2b', 'malformed_packet'],
  ['a topic with a line break', 4, '3003 0001 0a', bad],
  ['a topic with U+007F', 5, '3004 0001 7f 00', bad],
  ['a topic with U+009F', 4, '3004 0002 c29f', bad],
  ['an empty topic', 4, '3002 0000', 'malformed_packet'],
  ['an empty topic without an alias', 5, '3003 0000 00', 'malformed_packet'],
  ['topic alias 0', 5, '3006 0000 03 23 0000', 'topic_alias_invalid'],
  ['packet identifier 0', 4, '3205 0001 61 0000', breach],
  ['a topic that is not UTF-8', 4, '3004 0002 c328', bad],
  ['a topic with an overlong encoding', 4, '3004 0002 c0af', bad],
  ['a topic with half a surrogate pair', 4, '3005 0003 eda080', bad],
  ['a topic with U+0000', 4, '3004 0002 6100', bad],
  ['a Greek topic with U+0000', 4, '3005 0003 ceb100', bad],
  ['a user property with U+0000', 5, '300b 0001 61 07 26 0001 00 0001 61', bad],
  ['a Greek content type with U+0000', 5, '300a 0001 61 06 03 0003 ceb100', bad],
  ['a topic that ends after its packet', 4, '3003 0004 61', bad],
  ['QoS 1 without a packet identifier', 4, '3203 0001 61', bad],
  ['a response topic with a wildcard', 5, '3008 0001 61 04 08 0001 23', 'malformed_packet'],
  ['payload format 2', 5, '3006 0001 61 02 01 02', breach],
  ['a content type that is there twice', 5, '300c 0001 61 08 03 0001 61 03 0001 61', breach],
  ['a subscription identifier of five bytes', 5, '300a 0001 61 06 0b ffffffff01', bad],
  ['a user property that begins in the middle of a character', 5, '300b 0001 61 07 26 0001 80 0001 76', bad],
  ['a subscription identifier of zero', 5, '3006 0001 61 02 0b 00', breach],
  ['a receive maximum in PUBLISH', 5, '3007 0001 61 03 21 0001', bad],
  // acknowledgements
  ['PUBACK without a packet identifier', 4, '4000', bad],
  ['PUBACK with packet identifier 0', 4, '4002 0000', breach],
  ['a reason that PUBACK cannot have', 5, '4003 0001 01', bad],
  ['a reason that PUBREL cannot have', 5, '6203 0001 87', bad],
  ['a PUBACK whose reason string is there twice', 5, '400c 0001 00 08 1f 0001 61 1f 0001 61', breach],
  // SUBSCRIBE and UNSUBSCRIBE
  ['SUBSCRIBE with no filter', 4, '8202 0001', bad],
  ['SUBSCRIBE with packet identifier 0', 4, '8206 0000 0001 61 00', breach],
  ['SUBSCRIBE with an empty filter', 4, '8205 0001 0000 00', 'malformed_packet'],
  ['SUBSCRIBE to a line break', 4, '8206 0001 0001 0a 00', bad],
  ['SUBSCRIBE to a shared filter without its own', 5, '820f 0001 00 0009 2473686172652f672f 04', breach],
  ['SUBSCRIBE to a#', 4, '8207 0001 0002 6123 00', 'malformed_packet'],
  ['SUBSCRIBE to #/a', 4, '8208 0001 0003 232f61 00', 'malformed_packet'],
  ['SUBSCRIBE to a+', 4, '8207 0001 0002 612b 00', 'malformed_packet'],
  ['SUBSCRIBE without options', 4, '8205 0001 0001 61', bad],
  ['SUBSCRIBE for QoS 3', 4, '8206 0001 0001 61 03', bad],
  ['an option of MQTT 5 in 3.1.1', 4, '8206 0001 0001 61 04', bad],
  ['a reserved option', 5, '8207 0001 00 0001 61 40', bad],
  ['retain handling 3', 5, '8207 0001 00 0001 61 30', breach],
  ['two subscription identifiers', 5, '820b 0001 04 0b 01 0b 02 0001 61 00', breach],
  ['UNSUBSCRIBE with no filter', 4, 'a202 0001', bad],
  ['UNSUBSCRIBE from U+0080', 4, 'a206 0001 0002 c280', bad],
  ['UNSUBSCRIBE from a#', 4, 'a206 0001 0002 6123', 'malformed_packet'],
  ['SUBACK with no code', 4, '9002 0001', bad],
  ['SUBACK with a code that it cannot have', 4, '9003 0001 03', bad],
  ['UNSUBACK with a code in 3.1.1', 4, 'b003 0001 00', bad],
  ['UNSUBACK with no code in MQTT 5', 5, 'b003 0001 00', bad],
  // DISCONNECT and AUTH
  ['a reason that DISCONNECT cannot have', 5, 'e001 01', bad],
  ['a DISCONNECT with more than its properties', 5, 'e003 00 00 00', bad],
  ['a user property without a value', 5, 'e006 00 04 26 0001 61', bad],
  ['a reason that AUTH cannot have', 5, 'f001 87', bad],
]

for (const [name, protocol, hex, reason] of refused) {
  test(`the decoder refuses ${name} in MQTT ${protocol === 4 ? '3.1.1' : '5'}`, () => {
    const decoder = new Decoder({ maximumBytes: 1000, protocol })
    decoder.push(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    assert.throws(() => decoder.next(), { name: 'ProtocolError', reason })
  })
}

/** MQTT 5, table 2-6: each code, and the packets that may carry it. */
const carriers: Readonly<Record<number, string>> = {
  0: 'connack puback pubrec pubrel pubcomp suback unsuback disconnect auth',
  1: 'suback',
  2: 'suback',
  4: 'disconnect',
  16: 'puback pubrec',
  17: 'unsuback',
  24: 'auth',
  25: 'auth',
  128: 'connack puback pubrec suback unsuback disconnect',
  129: 'connack disconnect',
  130: 'connack disconnect',
  131: 'connack puback pubrec suback unsuback disconnect',
  132: 'connack',
  133: 'connack',
  134: 'connack',
  135: 'connack puback pubrec suback unsuback disconnect',
  136: 'connack',
  137: 'connack disconnect',
  138: 'connack',
  139: 'disconnect',
  140: 'connack',
  141: 'disconnect',
  142: 'disconnect',
  143: 'suback unsuback disconnect',
  144: 'connack puback pubrec disconnect',
  145: 'puback pubrec suback unsuback',
  146: 'pubrel pubcomp',
  147: 'disconnect',
  148: 'disconnect',
  149: 'connack disconnect',
  150: 'disconnect',
  151: 'connack puback pubrec suback disconnect',
  152: 'disconnect',
  153: 'connack puback pubrec disconnect',
  154: 'connack disconnect',
  155: 'connack disconnect',
  156: 'connack disconnect',
  157: 'connack disconnect',
  158: 'suback disconnect',
  159: 'connack disconnect',
  160: 'disconnect',
  161: 'suback disconnect',
  162: 'suback disconnect',
}

/** Packets with a code, as hex before and after it. */
const coded: Readonly<Record<string, readonly [before: string, after: string]>> = {
  connack: ['200300', '00'],
  puback: ['40030001', ''],
  pubrec: ['50030001', ''],
  pubrel: ['62030001', ''],
  pubcomp: ['70030001', ''],
  suback: ['9004000100', ''],
  unsuback: ['b004000100', ''],
  disconnect: ['e001', ''],
  auth: ['f002', '00'],
}
for (const [kind, [before, after]] of Object.entries(coded)) {
  test(`MQTT 5: ${kind} may carry the codes that the specification gives it, and no other`, () => {
    for (let code = 0; code < 256; code++) {
      const decoder = new Decoder({ maximumBytes: 1_000, protocol: 5 })
      decoder.push(Buffer.from(`${before}${Buffer.of(code).toString('hex')}${after}`, 'hex'))
      const carriesIt = (carriers[code] ?? '').split(' ').includes(kind)
      const about = `0x${code.toString(16)}`
      if (carriesIt) assert.equal(decoder.next()?.kind, kind, about)
      else assert.throws(() => decoder.next(), { reason: 'malformed_packet' }, about)
    }
  })
}
