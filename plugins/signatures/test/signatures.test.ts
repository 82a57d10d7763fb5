import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { extractText, getDocumentProxy } from 'unpdf'
import { filesOf, readStored } from '@patchbay/core/storage'
import { work } from '../../../core/events.ts'
import { countQueries } from '../../../test/helper.ts'
import type { Answer } from '../../../test/helper.ts'
import { fates, mood, openPapers, paper, send, takeBack } from './papers.ts'

const house = await openPapers(t)
const { db, studio, visitor, owner, host } = house
const open = `//o/${studio.slug}/signatures`
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const hex = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('hex') : '')
/** One pixel, as a canvas gives it. */
const drawing =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const folder = filesOf(host.env, studio)

interface Mail {
  subject: string
  text: string
  recipient: string
}

/** Mails to somebody, the newest first. */
const mails = (to: string): Promise<Mail[]> =>
  host.tenants.master('mails').where({ recipient: to }).orderBy('id', 'desc').select('subject', 'text', 'recipient')
const lastCode = async (to = 'zoe@example.test') => {
  const found = (await mails(to)).find(({ subject }) => subject.includes('code'))
  return /(\d{3} \d{3})/.exec(found?.text ?? '')?.[1]?.replace(' ', '') ?? ''
}
const linkIn = async (to: string) => /signatures\/([\w-]{43})/.exec((await mails(to))[0]?.text ?? '')?.[1] ?? ''

async function askCode(token: string, fields = {}): Promise<Answer> {
  const answer = await visitor.post(`${open}/${token}/code`, fields)
  await house.settle()
  return answer
}

const sign = (token: string, code: string, more = {}): Promise<Answer> =>
  visitor.post(`${open}/${token}/signature`, { code, name: 'Zoé Ferrand', consent: 'on', ...more })

async function signed(token: string, to?: string, more = {}): Promise<Answer> {
  await askCode(token)
  const answer = await sign(token, await lastCode(to), more)
  await house.settle()
  return answer
}

const row = (id: number) => db('signature_requests').where({ id }).first<Record<string, unknown>>()
const signersOf = (request_id: number) =>
  db('signature_signers').where({ request_id }).orderBy('position').select<Record<string, unknown>[]>('*')
const stored = async (id: unknown) => readStored({ db, folder }, Number(id))

t.test('a paper is mailed, read, signed with a code, sealed, and mailed to all with its proof', async t => {
  const { request_id, tokens } = await send(house)
  const [mail] = await mails('zoe@example.test')
  t.match(mail?.subject, 'À signer : Contrat d’été')
  const token = await linkIn('zoe@example.test')
  t.match(token, /^[\w-]{43}$/)
  t.not(token, tokens[0], 'each mail has a link of its own')
  const page = await visitor.get(`${open}/${token}`)
  t.equal(page.statusCode, 200)
  t.match(page.body, 'Contrat d’été n° 7 &amp; &lt;b&gt;plus&lt;/b&gt;')
  t.notMatch(page.body, '<b>plus</b>')
  const pdf = await visitor.get(`${open}/${token}/paper.pdf`)
  t.equal(pdf.headers['content-type'], 'application/pdf')
  t.ok((await signersOf(request_id))[0]?.['opened_at'], 'it is known that it was opened')
  t.equal((await visitor.get(`${open}/${token}/sealed.pdf`)).statusCode, 404, 'not sealed yet')
  t.equal((await askCode(token)).statusCode, 303)
  const code = await lastCode()
  t.equal((await sign(token, code, { consent: '' })).statusCode, 422)
  const nonsense = `data:image/png;base64,${Buffer.from('<svg/>').toString('base64')}`
  t.equal((await sign(token, code, { image: nonsense })).statusCode, 422, 'what is no drawing is none')
  const done = await sign(token, code, { role: 'Artiste', image: drawing })
  t.equal(done.statusCode, 303, done.body.slice(-300))
  await house.settle()

  const request = await row(request_id)
  t.equal(request?.['state'], 'completed')
  t.ok(fates.includes(`concluded ${String(request?.['document'])}`))
  const thanks = await visitor.get(`${open}/${token}`)
  t.match(thanks.body, 'scellé')
  const sealed = Buffer.from((await visitor.get(`${open}/${token}/sealed.pdf`)).rawPayload)
  t.equal(sha256(sealed), hex(request?.['sealed_sha256']))
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(sealed)), { mergePages: true })
  for (const word of ['Bonjour', 'Zoé Ferrand, Artiste', 'zoe@example.test', 'Lu et approuvé', '127.0.0.1', 'eIDAS'])
    t.match(text, word, `the sealed paper says ${word}`)
  const proof = (await visitor.get(`${open}/${token}/proof.json`)).json<Record<string, never>>()
  t.match(proof, {
    document: { sha256: sha256(await paper('Bonjour')) },
    signers: [
      {
        drawing_sha256: /^[0-9a-f]{64}$/,
        signed_as: 'Zoé Ferrand',
        email: 'zoe@example.test',
        consent: /Lu et approuvé : Contrat/
      }
    ],
    sealed: { sha256: sha256(sealed) }
  })
  const [copy] = await mails('zoe@example.test')
  t.match(copy?.subject, 'Signé par tous')
  const [{ n } = { n: 0 }] = await host.tenants.master('mail_attachments').count<{ n: number }[]>('* as n')
  t.equal(n, 4, 'the paper and its proof, to the signer and to the owner')
  t.match((await mails(owner.email))[0]?.subject, 'Signé par tous')
})

t.test('the seal is a valid PAdES signature, and breaks with any byte', async t => {
  const { request_id, tokens } = await send(house)
  await signed(tokens[0] ?? '')
  const pdf = await stored((await row(request_id))?.['sealed_file_id'])
  const key = await db('signature_keys').first<{ certificate: Buffer; key_sealed: string }>()
  // how a PKCS #8 key of RSA goes on in base64, long enough not to come about by chance
  t.notMatch(key.key_sealed, 'BADANBgkqhkiG9w0BAQ', 'the private key is not readable in the database')
  const dir = mkdtempSync(join(tmpdir(), 'patchbay-seal-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const [, before, after, rest] =
    /\/ByteRange \[ 0 (\d+) (\d+) (\d+) \]/.exec(pdf.toString('latin1'))?.map(Number) ?? []
  if (before === undefined || after === undefined || rest === undefined) throw new Error('no byte range')
  t.equal(after + rest, pdf.length, 'it covers the file to its end')
  t.equal(pdf.toString('latin1', before, before + 1) + pdf.toString('latin1', after - 1, after), '<>', 'but for itself')
  const verify = (file: Buffer) => {
    const at = (name: string, content: Buffer) => {
      writeFileSync(join(dir, name), content)
      return join(dir, name)
    }
    const signature = at('seal.der', Buffer.from(file.toString('latin1', before + 1, after - 1), 'hex'))
    const content = at('content', Buffer.concat([file.subarray(0, before), file.subarray(after)]))
    const pem = `-----BEGIN CERTIFICATE-----\n${key.certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
    const root = at('root.pem', Buffer.from(pem))
    const args = [
      'cms',
      '-verify',
      '-inform',
      'der',
      '-in',
      signature,
      '-content',
      content,
      '-binary',
      '-purpose',
      'any'
    ]
    execFileSync('openssl', [...args, '-CAfile', root, '-out', join(dir, 'out')], { stdio: 'pipe' })
    return execFileSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'der', '-in', signature]).toString()
  }
  const printed = verify(pdf)
  t.match(printed, 'id-smime-aa-signingCertificateV2', 'what makes it PAdES is there')
  const tampered = Buffer.from(pdf)
  tampered[200] = (tampered[200] ?? 0) ^ 1
  t.throws(() => verify(tampered), /failure/i)
  t.match(pdf.toString('latin1'), '/SubFilter /ETSI.CAdES.detached')
})

t.test('thirty uses of one link at once sign once', async t => {
  const { request_id, tokens } = await send(house)
  const [token = ''] = tokens
  await askCode(token)
  const code = await lastCode()
  const before = fates.length
  const answers = await Promise.all(Array.from({ length: 30 }, () => sign(token, code)))
  await house.settle()
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.ok(answers.every(({ statusCode }) => statusCode === 303 || statusCode === 409))
  t.equal(fates.length, before + 1, 'and it is concluded once')
  const events = await db('signature_events').where({ request_id }).whereIn('kind', ['signed', 'sealed']).select('kind')
  t.same(events, [{ kind: 'signed' }, { kind: 'sealed' }])
})

t.test('a wrong code counts, five end it, an old one is worth nothing, six are not mailed in an hour', async t => {
  const { request_id, tokens } = await send(house)
  const [token = ''] = tokens
  t.match((await sign(token, '123456')).body, 'Demandez d’abord le code')
  await askCode(token)
  const code = await lastCode()
  const wrong = code === '000000' ? '000001' : '000000'
  for (const left of [4, 3, 2, 1]) t.match((await sign(token, wrong)).body, `${left} essai`)
  t.match((await sign(token, wrong)).body, '5 essais faux')
  t.match((await sign(token, code)).body, '5 essais faux', 'the right one is too late then')
  const later = () =>
    db('signature_signers')
      .where({ request_id })
      .update({ code_asked_at: db.raw(`code_asked_at - interval '1 minute'`) })
  await later()
  await askCode(token)
  await db('signature_signers')
    .where({ request_id })
    .update({ code_expires_at: new Date(Date.now() - 1000) })
  t.match((await sign(token, await lastCode())).body, 'plus de 10 minutes')
  for (let n = 3; n <= 5; n++) {
    await later()
    t.equal((await askCode(token)).statusCode, 303)
  }
  await later()
  const sixth = await askCode(token)
  t.equal(sixth.statusCode, 422)
  t.match(sixth.body, '5 codes ont déjà été envoyés')
  await db('signature_signers')
    .where({ request_id })
    .update({ codes_since: new Date(Date.now() - 3_700_000) })
  t.equal((await askCode(token)).statusCode, 303, 'an hour later they may again')
  t.equal((await sign(token, await lastCode())).statusCode, 303)
  const wrongs = await db('signature_events').where({ request_id, kind: 'wrong_code' }).select('ip')
  t.equal(wrongs.length, 5, 'each wrong one is in the proof')
})

t.test('parallel guesses are counted one by one', async t => {
  const { tokens, request_id } = await send(house)
  const [token = ''] = tokens
  await askCode(token)
  const code = Number(await lastCode())
  const guesses = Array.from({ length: 40 }, (_, n) => String((code + 1 + n) % 1_000_000).padStart(6, '0'))
  await Promise.all(guesses.map(guess => sign(token, guess)))
  const [signer] = await signersOf(request_id)
  t.equal(signer?.['code_tries'], 5)
})

t.test('signers of several steps sign in their order, and are mailed when their turn comes', async t => {
  const signers = [
    { name: 'Anna', email: 'anna@example.test', role: null, step: 1 },
    { name: 'Bob', email: 'bob@example.test', role: 'Gérant', step: 2 }
  ]
  const { request_id, tokens } = await send(house, { signers })
  const [anna = '', bob = ''] = tokens
  t.equal((await mails('bob@example.test')).length, 0)
  t.match((await visitor.get(`${open}/${bob}`)).body, 'Anna doit signer d’abord')
  t.equal((await askCode(bob)).statusCode, 409)
  t.equal((await sign(bob, '123456')).statusCode, 409)
  t.equal((await signed(anna, 'anna@example.test', { name: 'Anna' })).statusCode, 303)
  t.equal((await row(request_id))?.['state'], 'open')
  const [invited] = await mails('bob@example.test')
  t.match(invited?.subject, 'À signer')
  t.match((await visitor.get(`${open}/${anna}`)).body, 'Il reste 1 signature')
  t.equal((await signed(await linkIn('bob@example.test'), 'bob@example.test', { name: 'Bob' })).statusCode, 303)
  t.equal((await row(request_id))?.['state'], 'completed')
  t.equal((await askCode(anna)).statusCode, 409, 'nobody signs twice')
})

t.test('a choice makes the paper anew before the code; with another paper the code is worth nothing', async t => {
  const { request_id, tokens } = await send(house)
  const [token = ''] = tokens
  const before = (await row(request_id))?.['sha256'] as Buffer
  await askCode(token, { choice_size: 'grande' })
  const after = (await row(request_id))?.['sha256'] as Buffer
  t.not(after.toString('hex'), before.toString('hex'))
  t.equal(after.toString('hex'), sha256(await paper('Taille grande')))
  t.match((await askCode(token, { choice_size: 'gigantic' })).statusCode, 422, 'what is refused is said')
  const code = await lastCode()
  await db('signature_signers').where({ request_id }).update({ code_for: before })
  t.match((await sign(token, code)).body, 'a changé depuis ce code')
  t.equal((await visitor.post(`${open}/${token}/code`, { is_owner: '1' })).statusCode, 422, 'no other field')
})

t.test('when the last signature is not accepted, it was not given', async t => {
  const { request_id, tokens } = await send(house)
  mood.refuses = true
  t.teardown(() => (mood.refuses = false))
  t.equal((await signed(tokens[0] ?? '')).statusCode, 422)
  t.equal((await row(request_id))?.['state'], 'open')
  t.equal((await signersOf(request_id))[0]?.['signed_at'], null)
})

t.test('who declines says why, and nobody signs any more', async t => {
  const { request_id, tokens, document } = await send(house)
  const [token = ''] = tokens
  t.equal((await visitor.post(`${open}/${token}/refusal`, { reason: '' })).statusCode, 422)
  t.equal((await visitor.post(`${open}/${token}/refusal`, { reason: 'Trop <cher>' })).statusCode, 303)
  t.ok(fates.includes(`refused ${document} Trop <cher>`))
  t.match((await visitor.get(`${open}/${token}`)).body, 'a été refusé')
  t.equal((await askCode(token)).statusCode, 409)
  const card = await owner.get(`/signatures/${request_id}`)
  t.match(card.body, 'Trop &lt;cher&gt;')
  const { tokens: firm } = await send(house, { may_decline: false })
  t.equal((await visitor.post(`${open}/${firm[0]}/refusal`, { reason: 'Non' })).statusCode, 409)
})

t.test('the wish to begin early is asked for where it is due, and kept', async t => {
  const words = 'Je demande que la séance ait lieu avant 14 jours.'
  const { request_id, tokens } = await send(house, { early_start: words })
  t.equal((await signed(tokens[0] ?? '')).statusCode, 422)
  t.equal((await sign(tokens[0] ?? '', await lastCode(), { early_start: 'on' })).statusCode, 303)
  t.equal((await signersOf(request_id))[0]?.['early_start'], words)
})

t.test('what was withdrawn or ran out is gone, and says so', async t => {
  const { request_id, tokens, document } = await send(house)
  t.equal((await visitor.get(`${open}/${tokens[0]}`)).statusCode, 200, 'there is something to lose')
  t.equal((await takeBack(house, request_id)).json<{ value: boolean }>().value, true)
  t.equal((await takeBack(house, request_id)).json<{ value: boolean }>().value, false, 'once')
  await house.settle()
  t.equal((await visitor.get(`${open}/${tokens[0]}`)).statusCode, 410)
  t.equal((await askCode(tokens[0] ?? '')).statusCode, 409)
  t.match((await mails('zoe@example.test'))[0]?.subject, 'Plus à signer')
  const again = await send(house, { document })
  const third = await send(house, { document })
  t.equal((await row(again.request_id))?.['state'], 'withdrawn', 'a newer one takes the place of the one before')
  const late = new Date(Date.now() - 60_000)
  await db('signature_requests').where({ id: third.request_id }).update({ expires_at: late })
  t.equal((await visitor.get(`${open}/${third.tokens[0]}`)).statusCode, 410, 'before any job has seen it')
  t.equal((await askCode(third.tokens[0] ?? '')).statusCode, 409)
})

t.test(
  'by the clock, who has not signed is mailed again, as often as the studio wants, and what ran out ends',
  async t => {
    const email = 'slow@example.test'
    const { request_id } = await send(house, { signers: [{ name: 'Slow', email, role: null, step: 1 }] })
    const reminders = async () => {
      await work(host, studio, 'signatures', 'remind')
      await house.settle()
      return (await mails(email)).filter(({ subject }) => subject.startsWith('Rappel')).length
    }
    const later = () =>
      db('signature_signers')
        .where({ request_id })
        .update({
          mailed_at: db.raw(`mailed_at - interval '73 hours'`),
          reminded_at: db.raw(`reminded_at - interval '73 hours'`)
        })
    t.equal(await reminders(), 0, 'not at once')
    for (const times of [1, 2, 3, 3]) {
      await later()
      t.equal(await reminders(), times)
    }
    t.equal(await reminders(), 3, 'three times at most')
    await db('signature_requests')
      .where({ id: request_id })
      .update({ expires_at: new Date(Date.now() - 1000) })
    await work(host, studio, 'signatures', 'expire')
    t.equal((await row(request_id))?.['state'], 'expired')
    const events = await db('signature_events').where({ request_id }).orderBy('id').select<{ kind: string }[]>('kind')
    t.equal(events.at(-1)?.kind, 'expired')
  }
)

t.test('the studio sees what waits, reminds and withdraws; others may not', async t => {
  const { request_id } = await send(house, { title: 'Contrat à suivre' })
  const list = await owner.get('/signatures')
  t.match(list.body, 'Contrat à suivre')
  t.match((await owner.get('/signatures?q=zoe')).body, 'Contrat à suivre')
  const [signer] = await signersOf(request_id)
  const reminder = `/signatures/${request_id}/signers/${String(signer?.['id'])}/reminder`
  t.equal((await house.engineer.post(reminder)).statusCode, 403)
  t.equal((await house.stranger.post(reminder)).statusCode, 404)
  t.equal((await owner.post(reminder)).statusCode, 303)
  await house.settle()
  t.match((await mails('zoe@example.test'))[0]?.subject, 'Rappel, à signer')
  t.equal((await visitor.get(`${open}/${await linkIn('zoe@example.test')}`)).statusCode, 200)
  t.equal((await owner.post(`/signatures/${request_id}/withdrawal`, { reason: 'Erreur de date' })).statusCode, 303)
  await house.settle()
  t.match((await mails('zoe@example.test'))[0]?.text, 'Erreur de date')
  t.equal((await owner.post(reminder)).statusCode, 409)
})

t.test('a list asks the same of the database with many rows', async t => {
  const one = await countQueries(house, () => owner.get('/signatures?state=all'))
  for (let n = 0; n < 30; n++) await send(house)
  const many = await countQueries(house, () => owner.get('/signatures?state=all'))
  t.equal(many, one)
  t.ok(many <= 8, `${many} statements`)
})

t.test('anybody may check a paper by its bytes or its hash, and learns nothing else', async t => {
  const { request_id, tokens } = await send(house, { title: 'Contrat secret' })
  await signed(tokens[0] ?? '')
  const request = await row(request_id)
  const pdf = await stored(request?.['sealed_file_id'])
  const check = (file: Buffer) => {
    const head =
      '--x\r\ncontent-disposition: form-data; name="paper"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n'
    const payload = Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--x--\r\n')])
    const headers = { host: 'localhost:3000', origin: 'http://localhost:3000', 'accept-language': 'fr' }
    const url = `/o/${studio.slug}/signatures/verify`
    return house.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' }
    })
  }
  const known = await check(pdf)
  t.match(known.body, 'Ce document est connu')
  t.match(known.body, 'signé et scellé')
  t.notMatch(known.body, 'Contrat secret')
  t.notMatch(known.body, 'zoe@example.test')
  const tampered = Buffer.from(pdf)
  tampered[300] = (tampered[300] ?? 0) ^ 1
  t.match((await check(tampered)).body, 'n’est pas connu')
  const hash = hex(request?.['sha256'])
  const spaced = (hash.match(/.{8}/g) ?? []).join(' ').toUpperCase()
  t.match((await visitor.post(`${open}/verify`, { sha256: spaced })).body, 'Ce document est connu')
  t.match((await visitor.post(`${open}/verify`, { sha256: 'abc' })).body, '64 chiffres')
  t.equal((await visitor.post(`${open}/verify`, {})).statusCode, 422)
})

t.test('what was signed cannot be changed, not even by hand', async t => {
  const { request_id, tokens } = await send(house)
  await signed(tokens[0] ?? '')
  const kept = /stays as it was|never changed|not opened again|put once/
  await t.rejects(db('signature_signers').where({ request_id }).update({ signed_name: 'Autre' }), kept)
  await t.rejects(db('signature_signers').where({ request_id }).delete(), kept)
  await t.rejects(db('signature_requests').where({ id: request_id }).update({ title: 'Autre' }), kept)
  await t.rejects(db('signature_requests').where({ id: request_id }).update({ state: 'open', ended_at: null }), kept)
  await t.rejects(db('signature_events').where({ request_id }).delete(), kept)
})

t.test('a link nobody was sent, or another studio’s, is not found', async t => {
  const { tokens } = await send(house)
  t.equal((await visitor.get(`${open}/${tokens[0]}`)).statusCode, 200)
  t.equal((await visitor.get(`//o/${house.elsewhere.slug}/signatures/${tokens[0]}`)).statusCode, 404)
  t.equal((await visitor.get(`${open}/${'A'.repeat(43)}`)).statusCode, 404)
  t.equal((await visitor.post(`${open}/${'A'.repeat(43)}/code`, {})).statusCode, 404)
})

t.test('in English as well', async t => {
  const signers = [{ name: 'Joe', email: 'joe@example.test', role: null, step: 1 }]
  const { tokens, request_id } = await send(house, { language: 'en', signers, title: 'Contract', consent: 'I agree' })
  t.match((await mails('joe@example.test'))[0]?.subject, 'To sign: Contract')
  const page = await visitor.get(`${open}/${tokens[0]}`, { 'accept-language': 'en' })
  t.match(page.body, 'Read the paper (PDF)')
  await signed(tokens[0] ?? '', 'joe@example.test')
  const pdf = await stored((await row(request_id))?.['sealed_file_id'])
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true })
  t.match(text, 'Proof of signature')
})
