import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  consistencyProof,
  emptyRoot,
  hashLeaf,
  hashNode,
  inclusionProof,
  type ReadNode,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

const largest = 70
const leaves = Array.from({ length: largest }, (_, i) => hashLeaf(Buffer.from(`event ${i}`)))

/** RFC 6962 section 2.1, as it is written there. */
function rootBySection21(of: readonly Buffer[]): Buffer {
  if (of.length === 0) return emptyRoot
  if (of.length === 1) return of[0]!
  let split = 1
  while (split * 2 < of.length) split *= 2
  return hashNode(rootBySection21(of.slice(0, split)), rootBySection21(of.slice(split)))
}

const read: ReadNode = (height, index) =>
  rootBySection21(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height))
const headOf = (size: number) => ({ size, root: rootBySection21(leaves.slice(0, size)) })

// The test vectors of Certificate Transparency, for eight leaves.
const vectors = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

test('the roots are those of RFC 6962', () => {
  const given = vectors.map((hex) => hashLeaf(Buffer.from(hex, 'hex')))
  assert.equal(emptyRoot.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.equal(
    rootBySection21(given.slice(0, 1)).toString('hex'),
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  )
  assert.equal(
    rootBySection21(given).toString('hex'),
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  )
  for (let size = 0; size <= largest; size++) assert.deepEqual(rootOf(read, size), headOf(size).root)
})

test('each leaf of each tree has a proof, which verifies for it alone', () => {
  for (let size = 1; size <= largest; size++) {
    const { root } = headOf(size)
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(read, index, size)
      const leaf = leaves[index]!
      assert.ok(verifyInclusion({ leaf, index, size, root }, proof), `${index} of ${size}`)
      const refused = [
        [{ leaf: leaves[(index + 1) % largest]!, index, size, root }, proof],
        [{ leaf, index: index + 1, size, root }, proof],
        [{ leaf, index: index - 1, size, root }, proof],
        [{ leaf, index, size, root: emptyRoot }, proof],
        [{ leaf, index, size, root }, [...proof, leaf]],
        [{ leaf, index, size, root }, [leaf, ...proof]],
        ...(proof.length > 0
          ? ([
              [{ leaf, index, size, root }, proof.slice(1)],
              [{ leaf, index, size, root }, proof.slice(0, -1)],
              [{ leaf, index, size, root }, [hashNode(leaf, leaf), ...proof.slice(1)]],
            ] as const)
          : []),
      ] as const
      for (const [told, by] of refused) assert.equal(verifyInclusion(told, by), false, `${index} of ${size}`)
    }
  }
})

test('each tree is proven to be the beginning of each larger one, and of no other', () => {
  for (let size = 0; size <= largest; size++) {
    for (let old = 0; old <= size; old++) {
      const proof = consistencyProof(read, old, size)
      assert.ok(verifyConsistency(headOf(old), headOf(size), proof), `${old} of ${size}`)
      const other = { size: old, root: hashNode(emptyRoot, emptyRoot) }
      assert.equal(verifyConsistency(other, headOf(size), proof), false)
      assert.equal(verifyConsistency(headOf(old), headOf(size), [...proof, emptyRoot]), false)
      if (old > 0 && old < size) assert.equal(verifyConsistency(headOf(old), headOf(size), []), false)
      if (proof.length > 0) {
        assert.equal(verifyConsistency(headOf(old), headOf(size), proof.slice(1)), false)
        assert.equal(verifyConsistency(headOf(old), headOf(size), proof.slice(0, -1)), false)
        assert.equal(verifyConsistency(headOf(old), { ...headOf(size), root: emptyRoot }, proof), false)
      }
      if (old < size && old > 0) assert.equal(verifyConsistency(headOf(size), headOf(old), proof), false)
    }
  }
})

test('a size that is none proves nothing', () => {
  const [root, leaf] = [headOf(1).root, leaves[0]!]
  for (const size of [Number.NaN, -1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
    assert.equal(verifyInclusion({ leaf, index: 0, size, root }, []), false)
    assert.equal(verifyInclusion({ leaf, index: size, size: 1, root }, []), false)
    assert.equal(verifyConsistency({ size, root }, { size: 1, root }, []), false)
    assert.equal(verifyConsistency({ size: 1, root }, { size, root }, []), false)
  }
})
