import type { Plugin } from '@patchbay/core'
import { callSheets } from './call-sheets/plugin.ts'
import { legal } from './legal/plugin.ts'
import { catalogue } from './catalogue/plugin.ts'
import { signatures } from './signatures/plugin.ts'
import { invoices } from './invoices/plugin.ts'
import { packages } from './packages/plugin.ts'
import { quotes } from './quotes/plugin.ts'
import { stripe } from './stripe/plugin.ts'
import { bank } from './bank/plugin.ts'
import { dunning } from './dunning/plugin.ts'
import { expenses } from './expenses/plugin.ts'
import { contracts } from './contracts/plugin.ts'
import { reports } from './reports/plugin.ts'
import { clients } from './clients/plugin.ts'
import { equipment } from './equipment/plugin.ts'
import { feeds } from './feeds/plugin.ts'
import { notifications } from './notifications/plugin.ts'
import { reminders } from './reminders/plugin.ts'
import { requests } from './requests/plugin.ts'
import { sessionReport } from './session-report/plugin.ts'
import { sessions } from './sessions/plugin.ts'
import { credits } from './credits/plugin.ts'
import { deliveries } from './deliveries/plugin.ts'
import { mixes } from './mixes/plugin.ts'
import { projects } from './projects/plugin.ts'

/** The installed plugins, in the order in which they are asked and shown: the whole product at a glance. */
export const plugins: readonly Plugin[] = [
  clients,
  legal,
  catalogue,
  sessions,
  feeds,
  equipment,
  callSheets,
  reminders,
  requests,
  sessionReport,
  projects,
  mixes,
  credits,
  deliveries,
  signatures,
  invoices,
  packages,
  quotes,
  stripe,
  bank,
  dunning,
  expenses,
  contracts,
  reports,
  notifications
]
