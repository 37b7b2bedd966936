-- SPDX-License-Identifier: Apache-2.0
-- The table that configs/minimal.json fills: one row per outbound order.
CREATE TABLE saleout (
  io_id bigint NOT NULL COMMENT '出库单号',
  so_id varchar(64) NULL COMMENT '线上订单号',
  status varchar(32) NULL COMMENT '单据状态',
  modified datetime NULL COMMENT '修改时间',
  pay_amount decimal(18,4) NULL COMMENT '应付金额',
  PRIMARY KEY (io_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='聚水潭销售出库单(主单)';
