/** The parts of ECharts that the report draws with; half a second to load, so only a report that is written loads them. */
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, MarkAreaComponent, SVGRenderer]);

export { init };
