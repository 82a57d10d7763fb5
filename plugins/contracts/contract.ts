/** What other plugins may know of contracts: the facts told, with ids only. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A draft was made, changed or removed. */
    'contracts.drafted': { contract_id: number }
    /** It waits to be signed. */
    'contracts.sent': { contract_id: number }
    /** All have signed. */
    'contracts.signed': { contract_id: number }
    /** Somebody would not sign. */
    'contracts.declined': { contract_id: number }
    /** The studio took it back, or the time ran out. */
    'contracts.ended': { contract_id: number }
    /** A template was made, changed, archived or restored. */
    'contracts.templates-changed': { template_id: number }
  }
}

export const contractStates = ['draft', 'sent', 'signed', 'declined', 'expired', 'cancelled'] as const
export type ContractState = (typeof contractStates)[number]
