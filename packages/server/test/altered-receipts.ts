/** A receipt that a test spoils. */
interface Altered {
  leaf: string
  proof: string
  disclosed: Record<string, { salt: string; text: string }>
  more?: number
}

const flip = (from: RegExp, to: string) => (receipt: string) => receipt.replace(from, to)
const change = (by: (receipt: Altered) => void) => (receipt: string) => {
  const read = JSON.parse(receipt) as Altered
  by(read)
  return JSON.stringify(read)
}
/** Ways to alter a receipt, each of which makes it worth nothing. */
export const alteredReceipts: Readonly<Record<string, (receipt: string) => string>> = {
  'another event': flip(/user\.sign_in/, 'user.sign_up'),
  'another outcome': flip(/success/, 'refused'),
  'another time': change((r) => (r.leaf = r.leaf.replace(/,\d{13},/, ',1700000000000,'))),
  'another id': change((r) => (r.leaf = r.leaf.replace('evt_', 'evt_0'))),
  'a leaf with a space': change((r) => (r.leaf = `${r.leaf} `)),
  'a leaf that is none': change((r) => (r.leaf = '[]')),
  'another person': change((r) => (r.disclosed.who!.text = '{"subject":"usr_other"}')),
  'another salt': change((r) => (r.disclosed.who!.salt = Buffer.alloc(32).toString('base64url'))),
  'a short salt': change((r) => (r.disclosed.who!.salt = 'AAAA')),
  'who for whom': change((r) => (r.disclosed.whom = r.disclosed.who!)),
  'a part that is none': change((r) => (r.disclosed.why = r.disclosed.who!)),
  'a place that was not committed to': change((r) => (r.disclosed.place!.text = '{}')),
  'another place in the log': change((r) => (r.proof = r.proof.replace(/index \d+/, 'index 0'))),
  'a place beyond the end': change((r) => (r.proof = r.proof.replace(/index \d+/, 'index 99999999'))),
  'a proof that lacks a hash': change((r) => (r.proof = r.proof.replace(/(index \d+\n)[^\n]+\n/, '$1'))),
  'a proof with a hash too many': change(
    (r) => (r.proof = r.proof.replace(/(index \d+\n)([^\n]+\n)/, '$1$2$2')),
  ),
  'a checkpoint of another size': change(
    (r) => (r.proof = r.proof.replace(/activity\n\d+\n/, 'activity\n7\n')),
  ),
  'a checkpoint of another log': change((r) => (r.proof = r.proof.replaceAll('/activity', '/other'))),
  'no signature': change((r) => (r.proof = r.proof.slice(0, r.proof.indexOf('—')))),
  'another version': flip(/latchkey-receipt-v1/, 'latchkey-receipt-v2'),
  'another format of proof': flip(/tlog-proof@v1/, 'tlog-proof@v2'),
  'a member too many': change((r) => (r.more = 1)),
  'no JSON': (receipt) => receipt.slice(1),
}
