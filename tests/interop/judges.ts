import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where `.ci/run` unpacks Debian packages that exclude one another, or of which one program is wanted. */
const unpacked = '/opt/latchkey-judges'

/** A program of a Debian package, installed or unpacked: where it is, and why its tests are skipped if it is nowhere. */
export function judge(
  debianPackage: string,
  path: string,
): { readonly root: string; readonly file: string; readonly skip: string | false } {
  const root = ['/', unpacked].find((place) => existsSync(join(place, path)))
  const skip = root === undefined ? `${debianPackage} is not installed` : false
  return { root: root ?? '/', file: join(root ?? '/', path), skip }
}
