import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
/** A megabyte of modules, which a server that encrypts no backup need not read at its start. */
const age = () => import('age-encryption')
const level = 9
/** Above what a stretch of the largest events has. */
const mostBytes = 1024 * 1024 * 1024

/** How the files of a backup are packed: compressed, and encrypted by age for whoever has one of these keys. */
export interface Packing {
  /** Behind the name of a file. */
  readonly ending: string
  pack(text: string): Promise<Uint8Array>
}

/** @param recipients public keys of age (`age1…`); none for files that anybody can read */
export function packing(recipients: readonly string[]): Packing {
  const isEncrypted = recipients.length > 0
  return {
    ending: isEncrypted ? '.zst.age' : '.zst',
    async pack(text) {
      const params = { [constants.ZSTD_c_compressionLevel]: level }
      const packed = await compress(Buffer.from(text), { params })
      if (!isEncrypted) return packed
      const { Encrypter } = await age()
      const encrypter = new Encrypter()
      for (const recipient of recipients) encrypter.addRecipient(recipient)
      return encrypter.encrypt(packed)
    },
  }
}

/** @param identities secret keys of age (`AGE-SECRET-KEY-1…`), for encrypted files */
export async function unpack(bytes: Uint8Array, identities: readonly string[]): Promise<string> {
  let packed = bytes
  if (Buffer.from(bytes.subarray(0, 21)).toString('latin1') === 'age-encryption.org/v1') {
    if (identities.length === 0)
      throw new Error('the backup is encrypted: give the secret key of age that opens it')
    const { Decrypter } = await age()
    const decrypter = new Decrypter()
    for (const identity of identities) decrypter.addIdentity(identity)
    packed = await decrypter.decrypt(bytes)
  }
  return (await decompress(packed, { maxOutputLength: mostBytes })).toString()
}
