import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeyRing } from './key-ring.ts'
import { waitsAtMostMs } from './rotation.ts'

/** A key or a certificate that ends, and that nothing takes the place of. */
interface EndingKey {
  readonly subject: string
  readonly kind: 'certificate' | 'key'
  readonly endsAt: number
}

const dayMs = 86_400_000

/**
 * What ends and has no successor: the certificate of MQTT, and the key that signs if its rotation is late or there is no next key.
 * @param certificate the file of the certificate
 * @throws {Error} if the certificate cannot be read
 */
export function endingKeys(
  ring: Pick<KeyRing, 'list'>,
  { rotationDays, certificate, now }: { rotationDays: number; certificate: string | undefined; now: number },
): readonly EndingKey[] {
  const found: EndingKey[] = []
  if (certificate !== undefined) {
    const { validToDate } = new X509Certificate(readFileSync(certificate))
    found.push({ subject: 'mqtt', kind: 'certificate', endsAt: validToDate.getTime() })
  }
  const keys = ring.list()
  const hasNext = keys.some(({ status }) => status === 'next')
  for (const { kid, status, activatedAt } of keys) {
    if (rotationDays === 0 || status !== 'active' || activatedAt === null) continue
    const dueAt = activatedAt + rotationDays * dayMs + waitsAtMostMs
    // With a next key it is late when its time is over, and not before.
    if (!hasNext || now > dueAt) found.push({ subject: kid, kind: 'key', endsAt: dueAt })
  }
  return found
}
