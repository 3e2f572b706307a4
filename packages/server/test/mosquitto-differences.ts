/** What our broker does otherwise than Mosquitto's packet tests expect, and why it may. */
export interface Difference {
  readonly reason: string
  /** What ours does, as `play` says it, by the name of the flow. */
  readonly flows: Readonly<Record<string, string>>
}

export const differences: readonly Difference[] = [
  {
    reason: 'MQTT 3.1 is not spoken. It is answered with return code 1, as MQTT 3.1.1 section 3.1.2.2 says.',
    flows: {
      'CONNACK: v3.1.1 CONNACK: issue 2163 v3': 'CONNECT: 20 00 1',
      'CONNECT: v3.1 CONNECT: 10 ok': '20 00 1 in place of 20 00 0',
      'CONNECT: v3.1 CONNECT: 14 ok': 'an end in place of 20 00 0',
      'CONNECT: v3.1 CONNECT: 10 proto ver 2': '20 00 1 in place of 20 00 84',
      'CONNECT: v3.1 CONNECT: 10 proto ver 6': '20 00 1 in place of 20 00 84',
      'CONNECT: v3.1 CONNECT: 10 empty client ID': '20 00 1 in place of 20 00 2',
      'CONNECT: v3.1 CONNECT: 10 ok (2)': '20 00 1 in place of 20 00 0',
    },
  },
  {
    reason:
      'A version that does not exist is answered in MQTT 3.1.1, whose return code 1 is for that (section 3.1.2.2).',
    flows: {
      'CONNECT: v3.1.1 CONNECT: 10 proto ver 2 [MQTT-3.1.2-2]': '20 00 1 in place of 20 00 84',
    },
  },
  {
    reason:
      'A string that is not well-formed UTF-8 makes the packet malformed, whatever the field (MQTT-1.5.4-1).',
    flows: {
      'CONNECT: v5.0 CONNECT: 10 Client ID with 0x0000': '20 00 81 in place of 20 00 85',
      'CONNECT: v5.0 CONNECT: 10 Client ID with U+D800': '20 00 81 in place of 20 00 85',
      'CONNECT: v5.0 CONNECT: 10 Client ID with U+FFFF': '20 00 81 in place of 20 00 85',
    },
  },
  {
    reason:
      'Subscribers get QoS 0 and 1: "the Server might grant a lower maximum QoS than the subscriber requested" (section 3.8.4).',
    flows: {
      'FLOW: v3.1.1 FLOW: QoS 2 receive ok': '900304d201 in place of 900304d202',
      'FLOW: v3.1.1 FLOW: QoS 2 PUBLISH-PUBACK': '900304d201 in place of 900304d202',
      'FLOW: v3.1.1 FLOW: QoS 2 PUBLISH-PUBCOMP': '900304d201 in place of 900304d202',
      'FLOW: v3.1.1 FLOW: QoS 2 PUBLISH-PUBREC-PUBREL-PUBACK': '900304d201 in place of 900304d202',
      'FLOW: v3.1.1 FLOW: QoS 2 PUBLISH-PUBREC-PUBREL-PUBREC': '900304d201 in place of 900304d202',
      'FLOW: v5.0 FLOW: QoS 2 receive ok': '900404d20001 in place of 900404d20002',
      'FLOW: v5.0 FLOW: QoS 2 PUBLISH-PUBACK': '900404d20001 in place of 900404d20002',
      'FLOW: v5.0 FLOW: QoS 2 PUBLISH-PUBCOMP': '900404d20001 in place of 900404d20002',
      'FLOW: v5.0 FLOW: QoS 2 PUBLISH-PUBREC-PUBREL-PUBACK': '900404d20001 in place of 900404d20002',
      'FLOW: v5.0 FLOW: QoS 2 PUBLISH-PUBREC-PUBREL-PUBREC': '900404d20001 in place of 900404d20002',
      'OTHER: v3.1.1 OTHER: subpub self publish qos2': '9003000101 in place of 9003000102',
      'OTHER: v5.0 OTHER: subpub self publish qos2': '900400010001 in place of 900400010002',
      'OTHER: v5.0 OTHER: subpub qos2 pubrec error': '900400010001 in place of 900400010002',
      'SUBSCRIBE: v3.1.1 SUBSCRIBE: 82 single ok QoS 2 [MQTT-3.8.4-1]': '900304d201 in place of 900304d202',
      'SUBSCRIBE: v5.0 SUBSCRIBE: 82 single ok QoS 2 [MQTT-3.8.4-1]': '900404d20001 in place of 900404d20002',
      'SUBSCRIBE: v5.0 SUBSCRIBE: 82 single ok QoS 2 [MQTT-3.8.4-1] (2)':
        '900404d20001 in place of 900404d20002',
    },
  },
  {
    reason:
      'Topic aliases are not offered: CONNACK has no Topic Alias Maximum, and an alias ends the connection with 0x94 (section 3.3.2.3.4).',
    flows: {
      'FLOW: v5.0 FLOW WITH PROPERTIES: topic-alias': 'e0 94 in place of 300f0005746f706963007061796c6f6164',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: topic-alias (two byte integer)':
        'e0 94 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: topic-alias (two byte integer) no topic':
        'e0 94 in place of e0 81',
    },
  },
  {
    reason:
      'Subscription identifiers are not offered. CONNACK says so, and one ends the connection with 0xA1.',
    flows: {
      'FLOW: v5.0 FLOW WITH PROPERTIES: subscription-identifier': 'e0 a1 in place of 900404d20001',
      'OTHER: v5.0 OTHER PROPERTIES: publish property propagation - Subscription-Identifier':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=1 (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0x7F (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0x8001 (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0xFF7F (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0x808001 (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0xFFFF7F (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0x80808001 (variable byte integer)':
        'e0 a1 in place of 900400010000',
      'SUBSCRIBE: v5.0 SUBSCRIBE ALLOWED PROPERTIES: 82 with subscription-identifier=0xFFFFFF7F (variable byte integer)':
        'e0 a1 in place of 900400010000',
    },
  },
  {
    reason:
      'A QoS 2 message is passed on when it comes and not when it is released, which section 4.3.3 leaves to the receiver.',
    flows: {
      'OTHER: v3.1.1 OTHER: subpub retain as normal qos2':
        '3013000a7375627075622f6e61706d657373616765 in place of 50 0001 0',
      'OTHER: v5.0 OTHER: subpub retain as normal qos2':
        '3014000a7375627075622f6e6170006d657373616765 in place of 50 0001 0',
    },
  },
  {
    reason:
      'A QoS 2 message may be repeated as often as the network needs, until it is released (section 4.4). Mosquitto takes one repetition.',
    flows: {
      'PUBLISH: v3.1.1 PUBLISH: 34 QoS 2 Dup flow*3': '50 04d2 0 besides',
      'PUBLISH: v5.0 PUBLISH: 34 QoS 2 Dup flow*3': '50 04d2 0 in place of e0 81',
    },
  },
  {
    reason:
      'PUBACK without 0x10: a server "MAY use this Reason Code" (section 3.4.2.1), but who subscribes is not the publisher\'s to know.',
    flows: {
      'PUBLISH: v5.0 PUBLISH: 32 QoS 1 Dup 0': '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH: 3A QoS 1 Dup 1': '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: payload-format-indicator=0 (byte)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: payload-format-indicator=1 (byte)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: message-expiry-interval=0 (four byte integer)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: message-expiry-interval=1 (four byte integer)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: response-topic (UTF-8 string)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: correlation-data (binary data)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: correlation-data (binary data) empty':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: user-property': '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: 2*user-property': '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: user-property empty key': '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: user-property empty value':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: user-property empty key,value':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: content-type (UTF-8 string)':
        '40 04d2 0 in place of 40 04d2 10',
      'PUBLISH: v5.0 PUBLISH ALLOWED PROPERTIES: content-type (UTF-8 string) empty':
        '40 04d2 0 in place of 40 04d2 10',
    },
  },
  {
    reason:
      "Clients publish nothing to a topic that begins with `$` (section 4.7.2), which ends a connection of 3.1.1; for Mosquitto the one of MQTT 5 is its bridges' own.",
    flows: {
      'PUBLISH: v3.1.1 PUBLISH: PUBLISH with $ topic': 'an end in place of 50 007b 0',
      'PUBLISH: v5.0 PUBLISH: PUBLISH with $ topic - connection/state': '50 007b 87 in place of 50 007b 0',
    },
  },
  {
    reason:
      'A PUBREC of an exchange that we do not know is answered with 0x92, Packet Identifier not found (section 3.6.2.1).',
    flows: {
      'PUBREC: v5.0 PUBREC: 50 unsolicited len=2': '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC: 50 unsolicited len=3': '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC: 50 unsolicited len=4 ok': '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with reason-string property':
        '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with reason-string property empty':
        '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with user-property': '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with 2*user-property': '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with user-property empty key':
        '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with user-property empty value':
        '62 0001 92 in place of 62 0001 0',
      'PUBREC: v5.0 PUBREC ALLOWED PROPERTIES: 50 with user-property empty key,value':
        '62 0001 92 in place of 62 0001 0',
    },
  },
  {
    reason:
      'A PUBREL of an exchange that we do not know is answered with 0x92, Packet Identifier not found (section 3.7.2.1).',
    flows: {
      'PUBREL: v5.0 PUBREL: 62 unsolicited len=2': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL: 62 unsolicited len=3': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL: 62 unsolicited len=3 fail': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL: 62 unsolicited len=4 ok': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL: 62 unsolicited len=4 rc=fail': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with reason-string property':
        '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with reason-string property empty':
        '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with user-property': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with 2*user-property': '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with user-property empty key':
        '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with user-property empty value':
        '70 0001 92 in place of 70 0001 0',
      'PUBREL: v5.0 PUBREL ALLOWED PROPERTIES: 62 with user-property empty key,value':
        '70 0001 92 in place of 70 0001 0',
    },
  },
  {
    reason: 'Shared subscriptions are not offered. CONNACK says so, and SUBACK has 0x9E, in 3.1.1 0x80.',
    flows: {
      'REGRESSION: REGRESSIONS: mismatched-shared-normal-subscribe-unsubscribe-leak':
        '9003000180 in place of 9003000101',
      'REGRESSION: REGRESSIONS: shared-sub-uaf': '9003000180 in place of 9003000101',
      'SUBSCRIBE: v3.1.1 SUBSCRIBE: 82 $share ok': '900304d280 in place of 900304d200',
      'SUBSCRIBE: v5.0 SUBSCRIBE: 82 $share ok': '900404d2009e in place of 900404d20000',
    },
  },
]
