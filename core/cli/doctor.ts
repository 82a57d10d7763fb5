import { WrongSetting } from '../env.ts'
import { command } from './command.ts'
import type { Result } from './command.ts'
import type { Desk, Terminal } from './desk.ts'
import { coloured } from './paper.ts'
import { reasonOf } from './reason.ts'
import type { Check, Finding, Inspection } from './checks/check.ts'
import { disk, mailServer, settings } from './checks/settings.ts'
import { clocks, servers } from './checks/servers.ts'
import { leftovers, masterSchema, sealed } from './checks/registry.ts'
import { facts, people, reach, schemas, studioVisits } from './checks/studios.ts'
import { files } from './checks/files.ts'
import { records } from './checks/records.ts'
import { jobs, mails } from './checks/work.ts'

const checks: readonly Check[] = [
  settings,
  disk,
  mailServer,
  servers,
  clocks,
  masterSchema,
  sealed,
  schemas,
  reach,
  people,
  facts,
  leftovers,
  files,
  records,
  jobs,
  mails
]

/** `patchbay doctor`: looks, and says how to mend. It changes nothing without --fix, and then only what can be derived again. */
export const doctor = command({
  name: 'doctor',
  summary: 'Checks the installation and says how to mend what is wrong; exit code 1 when something is.',
  options: {
    fix: { help: 'mend what can be derived again: leftovers, stray files, mirrors of people, jobs that were given up' }
  },
  async run({ values, desk }) {
    const reports = await examine(desk, values.fix)
    const wrong = reports.filter(({ findings }) => findings.some(({ state }) => state === 'bad'))
    return {
      lines: [
        ...reports.flatMap(report => linesOf(report, desk.terminal)),
        '',
        wrong.length === 0 ? 'Nothing is wrong.' : `Wrong: ${wrong.map(({ name }) => name).join(', ')}.`
      ],
      data: { ok: wrong.length === 0, checks: reports },
      failed: wrong.length > 0
    } satisfies Result
  }
})

interface Report {
  name: string
  findings: Omit<Finding, 'fix'>[]
}

async function examine(desk: Desk, fix: boolean): Promise<Report[]> {
  let inspection: Inspection
  try {
    const registry = await desk.open('as it is')
    inspection = {
      desk,
      env: desk.env,
      registry,
      tenants: registry.tenants,
      visits: studioVisits(registry.tenants, desk)
    }
  } catch (error) {
    if (!(error instanceof WrongSetting)) throw error
    return [
      {
        name: 'settings',
        findings: [{ state: 'bad', says: error.message, mend: 'Every setting is explained in .env.example.' }]
      }
    ]
  }
  const reports: Report[] = []
  for (const check of checks) {
    const findings: Report['findings'] = []
    for (const finding of await find(check, inspection)) findings.push(fix ? await mend(finding) : told(finding))
    reports.push({ name: check.name, findings })
    // without its tables there is nothing more to look at
    if (check === masterSchema && findings.some(({ state }) => state === 'bad')) break
  }
  return reports
}

/** A check that cannot be made is a finding, with the reason, and keeps no other from being made. */
async function find(check: Check, inspection: Inspection): Promise<Finding[]> {
  try {
    return await check.look(inspection)
  } catch (error) {
    return [{ state: 'bad', says: `This could not be checked: ${reasonOf(error)}` }]
  }
}

async function mend(finding: Finding): Promise<Report['findings'][number]> {
  if (!finding.fix) return told(finding)
  try {
    return { state: 'ok', says: `${finding.says} Mended: ${await finding.fix()}` }
  } catch (error) {
    return { ...told(finding), state: 'bad', says: `${finding.says} It could not be mended: ${reasonOf(error)}` }
  }
}

function told({ state, says, mend, fix }: Finding): Report['findings'][number] {
  const how = fix ? [mend, '`patchbay doctor --fix` does it.'].filter(Boolean).join(' ') : mend
  return { state, says, ...(how && { mend: how }) }
}

const colours = { ok: 'green', warn: 'yellow', bad: 'red' } as const

function linesOf({ name, findings }: Report, terminal: Terminal): string[] {
  return findings.flatMap(({ state, says, mend }) => [
    `${coloured(colours[state], state.padEnd(4), terminal)}  ${name.padEnd(13)} ${says}`,
    ...(mend ? [`${' '.repeat(20)}→ ${mend}`] : [])
  ])
}
