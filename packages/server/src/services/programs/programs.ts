import { modAuthOpenidc, modOauth2 } from './apache.ts'
import { dovecot } from './dovecot.ts'
import { ejabberd } from './ejabberd.ts'
import { haproxy } from './haproxy.ts'
import { influxdb } from './influxdb.ts'
import { nats } from './nats.ts'
import type { OtherProgram } from './program.ts'
import { rabbitmq } from './rabbitmq.ts'

/** Every program that a shipped profile is for. */
export const programs: readonly OtherProgram[] = [
  rabbitmq,
  ejabberd,
  nats,
  influxdb,
  dovecot,
  haproxy,
  modAuthOpenidc,
  modOauth2,
]
