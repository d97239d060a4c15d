package dev.tidemark.worker.settings;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Gives the worker's pool the driver's properties by the driver's own names, before it
 * has made its first connection.
 */
@Component
class DriverPropertiesPostProcessor implements BeanPostProcessor, EnvironmentAware {

	private DriverProperties properties = new DriverProperties(Map.of(), List.of());

	DriverPropertiesPostProcessor() {
		SessionTimeZone.pin();
	}

	@Override
	public void setEnvironment(Environment environment) {
		this.properties = DriverProperties.of((ConfigurableEnvironment) environment);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof HikariDataSource pool && !pool.isRunning()) {
			pool.getDataSourceProperties().clear();
			pool.getDataSourceProperties().putAll(this.properties.values());
		}
		return bean;
	}

}
