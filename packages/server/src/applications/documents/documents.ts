import type { Ground } from '../../ground.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { Job } from '../../part.ts'
import {
  beginRead,
  countDocuments,
  type DocumentRow,
  deleteDocumentsBefore,
  findDocument,
  noteFailure,
  noteRead,
} from './store.ts'

/** A document is good for so long at most, and for less if its server says so. */
const longestLifeMs = 600_000
/** Between two reads of one address, whoever asks: also the shortest life of a document. */
const cooldownMs = 30_000
/** So long before the end of its life a document is read again by whoever comes, while the others go on with what there is. */
const renewBeforeMs = 60_000
/** So long a document is used past its life while it cannot be read. */
const staleIfErrorMs = 3_600_000
/** What nobody has asked for in this time is forgotten. */
const forgetAfterMs = 86_400_000
/** Of so many addresses at most. Whoever comes after is told that there is no document until others are forgotten. */
const mostDocuments = 2_000

export interface ReadDocument {
  readonly body: string
  /** Another one for every read that brought something. */
  readonly readAt: number
}

/** Documents that others publish: key sets, metadata of clients and issuers. Kept in the database, so every process has what one has read. */
export interface Documents {
  /**
   * The document at an address, read if it is over or `isEnough` says that it lacks something; undefined where there is none that
   * may be used. It does not throw for what the other side does.
   */
  read(
    url: string,
    options?: {
      readonly isEnough?: (document: ReadDocument) => boolean
      /** A new address is read while there are fewer documents than this. */
      readonly most?: number
    },
  ): Promise<ReadDocument | undefined>
  readonly job: Job
}

export function createDocuments({
  db,
  world,
  log,
  outbound,
}: Pick<Ground, 'db' | 'world' | 'log'> & { readonly outbound: Outbound }): Documents {
  const inFlight = new Map<string, Promise<void>>()

  async function read(
    url: string,
    {
      isEnough = () => true,
      most = mostDocuments,
    }: { readonly isEnough?: (document: ReadDocument) => boolean; readonly most?: number } = {},
  ): Promise<ReadDocument | undefined> {
    const now = world.now()
    const row = await findDocument(db, url)
    const known = row && row.fresh_until > now ? documentOf(row) : undefined
    const serves = known !== undefined && isEnough(known)
    if (serves && row!.fresh_until - now > renewBeforeMs) return known
    if (!(await readAgain(url, row, { now, serves, most })) && serves) return known
    const after = await findDocument(db, url)
    return after && after.usable_until > world.now() ? documentOf(after) : undefined
  }

  /** False if it was read just now, or is being read and the caller can go on without. */
  async function readAgain(
    url: string,
    row: DocumentRow | undefined,
    { now, serves, most }: { readonly now: number; readonly serves: boolean; readonly most: number },
  ): Promise<boolean> {
    const running = inFlight.get(url)
    if (running) {
      if (serves) return false
      await running
      return true
    }
    if (row && row.tried_at > now - cooldownMs) return false
    const reading = readOnce(url, row ? undefined : most).finally(() => inFlight.delete(url))
    inFlight.set(url, reading)
    await reading
    return true
  }

  async function readOnce(url: string, most: number | undefined): Promise<void> {
    if (most !== undefined && (await countDocuments(db)) >= most) {
      log.warn('client_documents_full', { most })
      return
    }
    const begunAt = world.now()
    const reads = await db.transaction((tx) =>
      beginRead(tx, url, { now: begunAt, before: begunAt - cooldownMs }),
    )
    if (reads === undefined) return
    const answer = await outbound.get(url)
    const body = answer.kind === 'answered' ? textOf(answer.body) : undefined
    if (answer.kind === 'failed' || body === undefined) {
      const cause = answer.kind === 'failed' ? `${answer.fault}: ${answer.detail}` : 'not_utf8'
      await db.transaction((tx) => noteFailure(tx, { url, reads, cause }))
      log.warn('client_document_failed', { url, cause })
      return
    }
    const now = world.now()
    const stated = answer.maxAgeSeconds === undefined ? longestLifeMs : answer.maxAgeSeconds * 1000
    const fresh_until = now + Math.min(Math.max(stated, cooldownMs), longestLifeMs)
    await db.transaction((tx) =>
      noteRead(tx, {
        url,
        reads,
        body,
        read_at: now,
        fresh_until,
        usable_until: fresh_until + staleIfErrorMs,
      }),
    )
  }

  return {
    read,
    job: {
      name: 'oauth.forget_documents',
      everyMs: 3_600_000,
      run: () => db.transaction((tx) => deleteDocumentsBefore(tx, world.now() - forgetAfterMs)),
    },
  }
}

function documentOf({ body, read_at: readAt }: DocumentRow): ReadDocument | undefined {
  return body === null || readAt === null ? undefined : { body, readAt }
}

/** PostgreSQL takes no NUL in a text, and no document has one. */
function textOf(body: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
