package io.apikit.bench.springboot;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/** Starts the service on {@code PORT}, in front of {@code BACKEND}; the settings are in application.properties. */
@SpringBootApplication
public class Main {
    private static final int MAX_CONNECTIONS = 512;

    /** Started by a class path, not repackaged. */
    public static void main(String... args) {
        SpringApplication.run(Main.class, args);
    }

    /** Apache's default is 5 connections for each backend. */
    @Bean
    ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> connections() {
        return builder -> builder.withConnectionManagerCustomizer(
                pool -> pool.setMaxConnTotal(MAX_CONNECTIONS).setMaxConnPerRoute(MAX_CONNECTIONS));
    }

    @Bean
    RestClient backend(RestClient.Builder builder, @Value("${BACKEND}") String url) {
        return builder.baseUrl(url).build();
    }
}
