import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Copy the working tree, with what is not committed yet, to `target`. Dependencies are linked; the workspaces among them
 * lead to the copy, so that `latchkey/token` is the copy's too.
 */
export function copyTree(root: string, target: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const file of listed.split('\0').filter((one) => one !== '' && existsSync(join(root, one)))) {
    mkdirSync(join(target, dirname(file)), { recursive: true })
    cpSync(join(root, file), join(target, file))
  }
  const modules = join(root, 'node_modules')
  mkdirSync(join(target, 'node_modules'))
  for (const name of readdirSync(modules)) {
    const isWorkspace =
      lstatSync(join(modules, name)).isSymbolicLink() &&
      readlinkSync(join(modules, name)).startsWith('../packages/')
    const linked = isWorkspace ? readlinkSync(join(modules, name)) : join(modules, name)
    symlinkSync(linked, join(target, 'node_modules', name))
  }
  for (const own of ['examples/frameworks', 'bench/peers']) {
    const from = join(root, own, 'node_modules')
    if (existsSync(from)) symlinkSync(from, join(target, own, 'node_modules'))
  }
}
