import { lookup as lookupName } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isLoopback } from '../addresses/loopback.ts'
import { contains } from '../addresses/networks.ts'
import { SinkFailure } from './failure.ts'
import type { SinkGround } from './ground.ts'

/** For everything together: the name, the connection, the bytes, and that the other side closes. */
const longestMs = 20_000
/** Before our end is sent: a receiver that has gone away already says so within a round trip. */
const settleMs = 25

/**
 * Send bytes over a connection of their own, and wait until the receiver has closed it. Neither syslog nor JSON lines have a
 * receipt: that the last byte has left this machine says nothing. A receiver closes when it has read to our end of the
 * connection; a connection that it closes before, or that ends in any other way, has not delivered.
 */
export async function sendBytes(
  { setting, networks }: Pick<SinkGround, 'setting' | 'networks'>,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
  // A resolver that hangs must not hold up a server that stops.
  const addresses = await Promise.race([addressesOf(setting.host), timeOut(deadline)])
  const isOpen = addresses.every(({ address }) => isLoopback(address) || contains(networks, address))
  // In the clear only to this machine and where the operator allows it.
  if (!setting.isEncrypted && !isOpen) throw new SinkFailure('address_not_allowed')
  const lookup: LookupFunction = (_name, { all }, found) => {
    const [first] = addresses
    if (all) found(null, [...addresses])
    else if (first) found(null, first.address, first.family)
  }
  const { host, port } = setting
  const files = await Promise.all([setting.ca, setting.cert, setting.key].map(read))
  const [ca, cert, key] = files
  if (deadline.aborted) throw new SinkFailure('timed_out')
  const socket = setting.isEncrypted
    ? connectTls({
        ...{ host, port, lookup, minVersion: 'TLSv1.2' },
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca && { ca }),
        ...(cert && key && { cert, key }),
      })
    : connectTcp({ host, port, lookup })
  await endedBy(socket, setting.isEncrypted ? 'secureConnect' : 'connect', bytes, deadline)
}

function endedBy(socket: Socket, connected: string, bytes: Buffer, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let isSent = false
    let hasEnded = false
    const late = () => socket.destroy(new SinkFailure('timed_out'))
    deadline.addEventListener('abort', late, { once: true })
    socket.on('error', reject)
    socket.on('end', () => {
      if (isSent) hasEnded = true
      else socket.destroy(new SinkFailure('connection_closed'))
    })
    socket.on('close', (hadError) => {
      deadline.removeEventListener('abort', late)
      if (isSent && hasEnded && !hadError) resolve()
      else reject(new SinkFailure('connection_closed'))
    })
    const startedMs = performance.now()
    socket.once(connected, () => {
      const roundTripMs = performance.now() - startedMs
      socket.write(bytes, () =>
        setTimeout(
          () => {
            if (socket.destroyed) return
            isSent = true
            socket.end()
          },
          Math.max(settleMs, 2 * roundTripMs),
        ),
      )
    })
    // What a receiver says is not read, and must not stop it from closing.
    socket.resume()
  })
}

function timeOut(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new SinkFailure('timed_out'))
    if (deadline.aborted) late()
    else deadline.addEventListener('abort', late, { once: true })
  })
}

async function addressesOf(host: string): Promise<readonly { address: string; family: number }[]> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }]
  return lookupName(host, { all: true })
}

async function read(file: string | undefined): Promise<Buffer | undefined> {
  return file === undefined ? undefined : readFile(file)
}
