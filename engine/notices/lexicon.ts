/** The words Chinese notices use, in one place. Alternations without brackets, ready to be put into patterns. */

/** comparators that stand before a number */
export const AT_LEAST = '至少|不少于|不低于|不得少于|不得低于|不小于|最少|最低|≥'
export const AT_MOST = '不超过|不得超过|不多于|不得多于|不高于|不大于|最多|至多|控制在|≤'
export const MORE_THAN = '超过|大于|高于|多于|超出'
export const LESS_THAN = '不足|未满|不满|小于|低于|少于'
export const INCREASE = '增加|增长|提高|提升|上升|递增|新增'
export const DECREASE = '减少|下降|降低|压减|压降|递减'
export const REACH = '达到|达|实现|完成'

/** things that are counted one by one */
export const COUNTED =
  '轮次|人次|批次|场次|家|户|个|项|次|名|人|起|座|处|场|件|台|套|辆|支|所|轮|遍|份|部|间|口|块|条'
/** lengths, masses, money */
export const MEASURED = '平方公里|平方米|立方米|公里|毫米|厘米|米|万吨|吨|公斤|千克|万元|亿元|元|千瓦|兆帕'
export const DURATION = '个工作日|工作日|个自然日|自然日|个月|小时|分钟|周岁|周年|年|天|日|周'
export const LESSONS = '学时|课时'

/** verbs whose object, when counted, is a result to reach */
export const RESULT_VERB =
  '建成|建立|创建|打造|培育|选树|完成|新增|新建|建设|帮扶|组织|开展|召开|举办|进行|解决|整治|关闭|淘汰|退出|接入|配备|配齐|配|设立|设置|推广|发布|曝光|公布|查处|评选|评审|编制|制定|实施|改造|培训|检查|抽查|执法|验收|投入|安排|储备|组建|化解|整合|推荐|报送|选送|拍摄|更新'

/** what a population consists of */
export const POPULATION =
  '企业|矿山|煤矿|单位|项目|场所|人员|事故|矿井|尾矿库|车间|装置|工艺|设备|建筑|工程|学校|社区|乡镇'

/** wished for rather than demanded */
export const SOFT = /力争|争取|鼓励|原则上|有条件|探索|支持/

/** words that end a body which can be told to do something */
export const ORG_TAIL =
  '人民政府|政府|党委政府|党委|管委会|委员会办公室|委员会|安委办|专委办|减灾委|政府办|安委会|专委会|指挥部|应急管理局|应急局|应急部门|管理局|监管局|支局|县局|市局|省局|局|厅|应急管理中心|服务中心|中心|部门|办公室|街道办事处|街道办|街道|乡镇|乡（镇）|镇（街道）|镇（街）|镇街|园区|开发区|成员单位|责任单位|有关单位|各单位|企事业单位|生产经营单位|施工单位|建设单位|评审组织单位|单位|承保机构|保险机构|技术服务机构|服务机构|评价机构|机构|消防救援大队|大队|支队|总队|救援队|派出所|监管站|站所|有限公司|集团公司|集团|公司|企业|矿山|煤矿|学校|医院|主要负责人|实际控制人|负责人|安全总监|班组长|班组|车间|专班|村（社区）|村委会|社区|两级|三级|省级|市级|县级|镇级'

/** what a subject is followed by when it is told to do something */
export const DUTY_NEXT =
  '要|应当|应|须|必须|需|将|可|负责|牵头|会同|联合|配合|严格|认真|根据|按照|依照|参照|对照|对标|结合|通过|采取|采用|利用|依托|组织|开展|建立|健全|完善|制定|编制|落实|推动|推进|督促|指导|加强|强化|加大|全面|进一步|统一|主动|积极|定期|每|至少|不少于|对|在|于|向|与|以|把|按|都|均|全部|完成|上报|报送|设立|实行|实施|召开|抓好|做好|明确|参加|确保|逐一|深入|充分|自行|自主|商定|会商|研究|汇总|汇集|选派|聘请|指派|分批|委托|邀请|出台|购买|分解|细化|跟踪|核查|核实|审核|审查|通报|约谈|挂牌|督办|编印|拍摄|打造|建设|创建|推行|推广|应用|引导|监督|宣传|填报|录入|公开|接受|参与|承担|坚持|持续|继续|常态化|切实|依法|先|已|配备|配齐|接入|安装|登记|清点|成立|印发|举办|加快|履行|提供|运用|指定|公布|摸清|排查|整治|检查|使用|聘请|选派|培训|修订|更新|整改|报备|复核|抽查|尽快|及时|立即|一律|不得'
