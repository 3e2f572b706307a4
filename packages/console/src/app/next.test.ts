import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextIn } from './next.ts'

test('only a path of this server comes after a sign-in', () => {
  assert.equal(
    nextIn('?next=%2Foauth%2Fauthorize%2Fcontinue%3Frequest%3Dabc'),
    '/oauth/authorize/continue?request=abc',
  )
  for (const next of [
    '',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'x',
    '/a\\b',
    '/a b',
    '/\nb',
  ]) {
    assert.equal(nextIn(`?${new URLSearchParams({ next })}`), undefined, next)
  }
  assert.equal(nextIn(''), undefined)
})
