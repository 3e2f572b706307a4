import { createHash } from 'node:crypto'
import type { S3mini } from 's3mini'
import type { World } from '../../world.ts'
import type { BackupPlace } from './place.ts'

export interface S3Access {
  /** `https://host/bucket/prefix` */
  readonly url: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
  /** For how many days files cannot be changed or removed; 0 for a bucket without object lock. */
  readonly lockDays: number
}

const dayMs = 86_400_000

/** Objects of a bucket that speaks the protocol of Amazon S3. */
export function s3Place(
  { url, region, accessKey, secretKey, lockDays }: S3Access,
  world: World,
): BackupPlace {
  const { origin, pathname } = new URL(url)
  const [, bucket = '', ...folders] = pathname.replace(/\/+$/, '').split('/')
  const prefix = folders.map((folder) => `${decodeURIComponent(folder)}/`).join('')
  const endpoint = `${origin}/${bucket}`
  let opened: Promise<S3mini> | undefined
  const client = () => {
    opened ??= open({ endpoint, region, accessKeyId: accessKey, secretAccessKey: secretKey })
    return opened
  }
  const lockedUntil = () => new Date(world.now() + lockDays * dayMs).toISOString()
  return {
    shown: `${endpoint}/${prefix}`,
    async put(name, bytes, { isLocked }) {
      // A store asks for a checksum of what it locks.
      const lock =
        isLocked && lockDays > 0
          ? {
              'x-amz-object-lock-mode': 'COMPLIANCE',
              'x-amz-object-lock-retain-until-date': lockedUntil(),
              'content-md5': createHash('md5').update(bytes).digest('base64'),
            }
          : {}
      const type = 'application/octet-stream'
      const s3 = await client()
      const answer = await s3.putObject(`${prefix}${name}`, Buffer.from(bytes), type, undefined, lock)
      if (!answer.ok) throw new Error(`the store answered ${answer.status} for ${name}`)
    },
    async get(name) {
      const s3 = await client()
      const found = await unlessAbsent(s3.getObjectArrayBuffer(`${prefix}${name}`))
      return found ? new Uint8Array(found) : undefined
    },
    async remove(name) {
      const s3 = await client()
      await unlessAbsent(s3.deleteObject(`${prefix}${name}`))
    },
  }
}

/** The library is read where a bucket is used, not at the start of every server. */
async function open(settings: ConstructorParameters<typeof S3mini>[0]): Promise<S3mini> {
  const library = await import('s3mini')
  return new library.S3mini(settings)
}

/** Undefined where the store answers that there is no such object. */
async function unlessAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return undefined
    throw error
  }
}
