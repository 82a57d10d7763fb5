import { readCii } from './cii.ts'
import type { ReadFile } from './invoice.ts'
import { readUbl } from './ubl.ts'
import { readXml } from '@patchbay/core/xml'

/** What a file is, by its content alone; its name says nothing. Mails are opened before this. */
export async function readFile(bytes: Uint8Array): Promise<ReadFile> {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  if (/^\xff\xd8\xff|^\x89PNG\r\n|^RIFF....WEBP|^....ftyp(avif|mif1|heic)/s.test(head))
    return { what: 'receipt', media_type: 'image', why: null }
  if (head.includes('%PDF-')) return readPdf(bytes)
  if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head)) return readXmlFile(bytes)
  return { what: 'nothing', why: 'expenses.errors.file' }
}

async function readPdf(bytes: Uint8Array): Promise<ReadFile> {
  const receipt = (why: string): ReadFile => ({ what: 'receipt', media_type: 'application/pdf', why })
  const { invoiceInPdf } = await import('./pdf.ts')
  const found = await invoiceInPdf(bytes)
  if (!found) return receipt('pdf_plain')
  if ('wrong' in found) {
    // begins like a PDF and is none: there would be nothing to look at
    return found.wrong === 'pdf_unreadable' && !/\/Root|\/XRef/.test(Buffer.from(bytes).toString('latin1'))
      ? { what: 'nothing', why: 'expenses.errors.not_pdf' }
      : receipt(found.wrong)
  }
  const read = readXmlFile(found.content)
  return read.what === 'invoice' ? read : receipt('pdf_xml')
}

function readXmlFile(bytes: Uint8Array): ReadFile {
  const read = readXml(bytes)
  if ('wrong' in read) return { what: 'nothing', why: `expenses.errors.${read.wrong}` }
  const { root, name } = read
  if (name === 'CrossIndustryInvoice') return { what: 'invoice', invoice: readCii(root) }
  if (name === 'Invoice' || name === 'CreditNote') return { what: 'invoice', invoice: readUbl(root, name) }
  return { what: 'nothing', why: 'expenses.errors.xml_other' }
}
