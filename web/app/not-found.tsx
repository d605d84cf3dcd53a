import { Link } from 'react-router'
import { Head } from '../parts/page.tsx'
import { Empty } from '../parts/say.tsx'

export const NotFound = () => (
  <div className="page narrow">
    <Head title="没有这一页" />
    <Empty title="网址可能写错了，或这一项已经搬走。" act={<Link to="/">回到今日</Link>} />
  </div>
)
