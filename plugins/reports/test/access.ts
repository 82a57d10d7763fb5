import type { DeclaredAccess } from '../../../test/access/declared.ts'

/** Reports: who may what. */
export const access: DeclaredAccess = {
  permissions: {
    'reports.read': ['manager'],
    'reports.export': ['manager']
  },
  staff: `
GET  /static/reports/*                     public                  file
GET  /reports                              reports.read            page
GET  /reports/receivables                  reports.read            page
GET  /reports/vat                          reports.read            page
GET  /reports/profit                       reports.read            page
GET  /reports/forecast                     reports.read            page
GET  /reports/documents                    reports.read            page
GET  /reports/exports                      reports.export          page
GET  /reports/revenue.csv                  reports.export          file
GET  /reports/receivables.csv              reports.export          file
GET  /reports/vat.csv                      reports.export          file
GET  /reports/profit.csv                   reports.export          file
GET  /reports/forecast.csv                 reports.export          file
GET  /reports/documents.csv                reports.export          file
GET  /reports/revenue.xlsx                 reports.export          file
GET  /reports/receivables.xlsx             reports.export          file
GET  /reports/vat.xlsx                     reports.export          file
GET  /reports/profit.xlsx                  reports.export          file
GET  /reports/forecast.xlsx                reports.export          file
GET  /reports/fec.txt                      reports.export          file
`
}
