import type { IssuedDocument } from '../issuing/document.ts'

/** A frozen document of 100 € and VAT, for rows that no issue made. */
export function sampleDocument(number: string, issue_date: string, client_id: number): IssuedDocument {
  const address = { address: '12 rue de la Fête', postal_code: '35000', city: 'Rennes', country: 'FR' }
  const group = {
    vat_category: 'S',
    vat_rate: 2000,
    line_cents: 10_000,
    discount_cents: 0,
    base_cents: 10_000,
    vat_cents: 2000
  } as const
  const words = { franchise: '', reverse_charge: '', intra_community: '', export: '', exempt: '', debits: '' }
  const more = {
    late_penalty: '',
    recovery_fee: '',
    early_payment: '',
    quote_acceptance: '',
    withdrawal: '',
    deposit: '',
    arrhes: ''
  }
  const line = {
    label: 'Mixage',
    description: null,
    quantity: 1,
    unit: 'piece',
    unit_micros: 100_000_000,
    discount_bp: 0
  } as const
  return {
    kind: 'invoice',
    number,
    issue_date,
    due_date: issue_date,
    issued_at: `${issue_date}T10:00:00.000Z`,
    issued_by: 'Test',
    framework: 'S1',
    language: 'fr',
    title: null,
    currency: 'EUR',
    exchange: null,
    order_number: null,
    buyer_reference: null,
    service_from: null,
    service_to: null,
    seller: {
      ...address,
      name: 'Studio Test',
      trade_name: null,
      legal_form: 'SARL',
      capital_cents: null,
      siren: '732829320',
      siret: null,
      vat_number: 'FR44732829320',
      register: null,
      email: null,
      phone: null,
      website: null,
      electronic_address: null,
      iban: 'FR7630006000011234567890189',
      bic: 'AGRIFRPP',
      account_holder: null,
      vat_regime: 'normal',
      vat_on_debits: false,
      payment_days: 30,
      end_of_month: false,
      wordings: { ...words, ...more },
      footer: null,
      introduction: null,
      logo_file_id: null,
      colour: null,
      missing: []
    },
    buyer: {
      ...address,
      client_id,
      name: 'Les Oiseaux',
      contact: null,
      is_business: true,
      siren: '404833048',
      siret: null,
      vat_number: null,
      electronic_address: null,
      language: 'fr',
      payment_days: null,
      vat_treatment: 'standard',
      currency: 'EUR',
      recipients: ['compta@oiseaux.example']
    },
    lines: [
      {
        ...line,
        kind: 'line',
        discount_cents: 0,
        vat_category: 'S',
        vat_rate: 2000,
        nature: 'service',
        account: null,
        item_id: null,
        source: null,
        gross_cents: 10_000,
        net_cents: 10_000
      }
    ],
    discount_bp: 0,
    discount_cents: 0,
    discount_label: null,
    totals: {
      vat: [group],
      line_cents: 10_000,
      discount_cents: 0,
      net_cents: 10_000,
      vat_cents: 2000,
      total_cents: 12_000
    },
    deposits: [],
    paid: null,
    payable_cents: 12_000,
    eur_vat_cents: null,
    eur_total_cents: null,
    refers_to: [],
    note: null,
    payment_link: null
  }
}
