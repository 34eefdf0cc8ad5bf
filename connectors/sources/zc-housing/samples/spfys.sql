create table spfys (ID text, shxym text, qymc text, ysxkzh text, xmmc text, ysmj text, fzrq text, yxqz text, fzjg text);
insert into spfys values ('1', '91370306QQQQ00013R', '测试甲有限公司', '周房预售证第2026-001号', '测试家园一期', '12000.50', '2026-02-01', '2028-02-01', '淄博市周村区住房和城乡建设局');
insert into spfys values ('2', '91370306QQQQ00013R', '测试甲有限公司', '周房预售证第2026-002号', '测试家园二期', '8000', '2026-03-01', '', '淄博市周村区住房和城乡建设局');
insert into spfys values ('3', '91370306QQQQ00021L', '测试乙有限公司', '周房预售证第2026-003号', '测试花园', '9000', '2026-03-01', '2028-03-01', '淄博市周村区住房和城乡建设局');
