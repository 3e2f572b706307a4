import { readFile } from 'node:fs/promises'
import { isSuccess } from '../outbound/outbound.ts'
import { linesOf } from './body.ts'
import { SinkFailure } from './failure.ts'
import { appendBytes } from './file.ts'
import type { Deliver, SinkGround } from './ground.ts'
import { sendBytes } from './stream.ts'
import { framesOf } from './syslog.ts'

/** How events go to a sink of this kind. */
export function carrierOf(ground: SinkGround): Deliver {
  const { setting, hostname } = ground
  const { format, longest } = setting
  switch (setting.kind) {
    case 'syslog':
      return (events, signal) => sendBytes(ground, framesOf(events, { hostname, format, longest }), signal)
    case 'json':
      return (events, signal) => sendBytes(ground, linesOf(format, events), signal)
    case 'file':
      return (events) => appendBytes(setting.path, linesOf(format, events))
    case 'https':
      return (events, signal) => post(ground, linesOf(format, events), signal)
  }
}

async function post(
  { setting, token, outbound }: SinkGround,
  body: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const { tokenFile, ca } = setting
  const bearer = tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim()
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  }
  const trusted = ca === undefined ? undefined : await readFile(ca)
  const answer = await outbound.post(setting.url, { headers, body, ca: trusted }, signal)
  if (answer.kind === 'failed') throw new SinkFailure(`${answer.fault}: ${answer.detail}`)
  const { status } = answer
  if (!isSuccess(status)) throw new SinkFailure(`status_unexpected: status ${status}`)
}
