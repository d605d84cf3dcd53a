import type { Route } from '../route.ts'
import type { HttpOptions, Services } from '../services.ts'
import { askedRoutes } from './asked.ts'
import { bulkRoutes } from './bulk.ts'
import { claimRoutes } from './claim.ts'
import { collectionPartRoutes } from './collection-parts.ts'
import { collectionRoutes } from './collections.ts'
import { dictionaryRoutes } from './dictionaries.ts'
import { dutyRoutes } from './duties.ts'
import { fileRoutes } from './files.ts'
import { gradeRoutes } from './grades.ts'
import { importRoutes } from './imports.ts'
import { journalRoutes } from './journal.ts'
import { apiKeyRoutes } from './keys.ts'
import { localRoutes } from './local.ts'
import { noticeRoutes } from './notices.ts'
import { peopleRoutes } from './people.ts'
import { policyRoutes } from './policy.ts'
import { recordRoutes } from './records.ts'
import { rollupRoutes } from './rollup.ts'
import { selfCheckRoutes } from './self-check.ts'
import { sessionRoutes } from './session.ts'
import { signInRoutes } from './sign-ins.ts'
import { slipRoutes } from './slips.ts'
import { taskRoutes } from './tasks.ts'
import { todayRoutes } from './today.ts'
import { viewRoutes } from './views.ts'
import { wishRoutes } from './wishes.ts'

/** The table of routes: the only list of what the API offers. */
export const routesOf = (s: Services, options: HttpOptions): Route[] => [
  ...sessionRoutes(s, options),
  ...signInRoutes(s),
  ...todayRoutes(s, options),
  ...recordRoutes(s),
  ...bulkRoutes(s),
  ...selfCheckRoutes(s),
  ...wishRoutes(s),
  ...noticeRoutes(s),
  ...taskRoutes(s),
  ...localRoutes(s),
  ...gradeRoutes(s),
  ...importRoutes(s),
  ...collectionRoutes(s),
  ...collectionPartRoutes(s),
  ...askedRoutes(s),
  ...fileRoutes(s),
  ...viewRoutes(s),
  ...rollupRoutes(s),
  ...policyRoutes(s),
  ...journalRoutes(s),
  ...dictionaryRoutes(s),
  ...peopleRoutes(s),
  ...dutyRoutes(s),
  ...claimRoutes(s),
  ...slipRoutes(s),
  ...apiKeyRoutes(s),
]
