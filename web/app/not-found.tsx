import { Link } from 'react-router'
import { Empty } from '../parts/say.tsx'

export const NotFound = () => (
  <div className="page narrow">
    <Empty title="没有这一页" act={<Link to="/">回到今日</Link>}>
      网址可能写错了，或这一项已经搬走。
    </Empty>
  </div>
)
