import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitsPattern, patternFault } from './pattern.ts'

const rows: readonly (readonly [pattern: string, subject: string, fits: boolean])[] = [
  ['repo:a/b:x', 'repo:a/b:x', true],
  ['repo:a/b:x', 'repo:a/b:xy', false],
  ['repo:a/b:x', 'repo:a/b:', false],
  ['repo:a/b:*', 'repo:a/b:', true],
  ['repo:a/b:*', 'repo:a/b:ref:x/y', true],
  ['repo:a/b:*', 'repo:a/bc:x', false],
  ['repo:a/b:*', 'xrepo:a/b:x', false],
  ['repo:a/*:prod', 'repo:a/b:prod', true],
  ['repo:a/*:prod', 'repo:a/b:prod2', false],
  ['repo:a/*:prod', 'repo:a/prod', false],
  ['repo:a/*:ref:*', 'repo:a/b:ref:x', true],
  ['repo:a/*:ref:*:end', 'repo:a/b:ref:x:end', true],
  ['repo:a/*:ref:*:end', 'repo:a/b:ref:end', false],
  ['repo:aa*aa', 'repo:aaa', false],
  ['repo:aa*aa', 'repo:aaaa', true],
  ['*a*b*c', 'abc', true],
  ['*a*b*c', 'ac', false],
  ['*a*b*c', 'bac', false],
  ['*ab*c', 'abdc', true],
  ['*abc*c', 'abdc', false],
  ['repo:a.c', 'repo:abc', false],
  ['repo:a?c', 'repo:abc', false],
]
for (const [pattern, subject, fits] of rows) {
  test(`${subject} ${fits ? 'fits' : 'does not fit'} ${pattern}`, () =>
    assert.equal(fitsPattern(pattern, subject), fits))
}

const patterns: readonly (readonly [pattern: string, fault: RegExp | undefined])[] = [
  ['', /1 to 500/],
  ['repo: a', /1 to 500/],
  ['repo:é', /1 to 500/],
  ['repo:'.padEnd(500, 'x'), undefined],
  ['repo:'.padEnd(501, 'x'), /1 to 500/],
  ['repo:*a*b*', undefined],
  ['repo:*a*b*c*', /3 asterisks/],
  ['repo:*', undefined],
  ['repo*', /five letters/],
  ['repo', undefined],
]
for (const [pattern, fault] of patterns) {
  test(`a pattern ${fault ? 'is refused' : 'is taken'}: ${JSON.stringify(pattern.slice(0, 20))}`, () => {
    if (fault) assert.match(patternFault(pattern) ?? '', fault)
    else assert.equal(patternFault(pattern), undefined)
  })
}
